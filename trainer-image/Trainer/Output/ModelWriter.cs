using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Learning;
using ModelOperator.Trainer.Parameters;
using ModelOperator.XGBoost;

namespace ModelOperator.Trainer.Output;

/// <summary>Writes the model's directory: booster.ubj and model.json.</summary>
internal static class ModelWriter
{
    private const int SampleRows = 8;

    internal static void Write(string directory, ModelDocument document, ReadOnlySpan<byte> booster)
    {
        Directory.CreateDirectory(directory);
        DurableFile.Write(Path.Combine(directory, ModelDocument.BoosterFileName), booster);
        DurableFile.Write(
            Path.Combine(directory, ModelDocument.FileName),
            JsonSerializer.SerializeToUtf8Bytes(document, ModelJsonContext.Default.ModelDocument));
    }

    internal static ModelDocument Describe(
        TrainingParameters parameters, PreparedData data, (byte[] Booster, int Rounds, double BaseScore) trained, Evaluation evaluation)
    {
        return new ModelDocument
        {
            Format = ModelDocument.FormatName,
            Learner = new LearnerDocument
            {
                Name = "xgboost",
                Version = XGBoostLibrary.Version.ToString(),
                Objective = BoosterSettings.ObjectiveName(parameters.Objective),
                BaseScore = trained.BaseScore,
                Rounds = trained.Rounds,
                File = ModelDocument.BoosterFileName,
                Digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(trained.Booster)),
            },
            Target = new TargetDocument { Name = parameters.Target, Type = data.Table.TargetType, Classes = data.Table.Classes?.ToList() },
            UnknownCategory = parameters.UnknownCategory,
            Features = Features(data, evaluation.Gains),
            Training = new TrainingDocument
            {
                TrainRows = data.Split.TrainRows.Count,
                ValidationRows = data.Split.ValidationRows.Count,
                DatasetDigest = data.DatasetDigest,
                Parameters = parameters.Describe(),
            },
            Metrics = evaluation.Metrics,
            Samples = Samples(data, evaluation.TrainPredictions),
        };
    }

    private static List<FeatureDocument> Features(PreparedData data, double[] gains)
    {
        var total = gains.Sum();
        return [.. data.Encodings.Select((encoding, index) =>
        {
            var profile = FeatureProfiler.Describe(encoding.Column, data.Split.TrainRows);
            return new FeatureDocument
            {
                Name = encoding.Column.Name,
                Type = encoding.Column.Type,
                Categories = encoding.Categories?.ToList(),
                AllowMissing = profile.Missing > 0,
                Importance = total > 0 ? gains[index] / total : 0,
                Profile = profile,
            };
        })];
    }

    private static List<SampleDocument> Samples(PreparedData data, float[] predictions)
    {
        var rows = data.Split.TrainRows;
        var count = Math.Min(SampleRows, rows.Count);
        return [.. Enumerable.Range(0, count).Select(i => (int)((long)i * rows.Count / count)).Select(i => new SampleDocument
        {
            Features = Row(data, rows[i]),
            Prediction = predictions[i],
        })];
    }

    // The shortest text of the 32-bit number: reading it back gives the same 32 bits.
    private static JsonElement Row(PreparedData data, int row)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach (var encoding in data.Encodings)
            {
                var value = encoding.Column.Values[row];
                json.WritePropertyName(encoding.Column.Name);
                if (float.IsNaN(value))
                    json.WriteNullValue();
                else if (encoding.Column.Type == FeatureType.Categorical)
                    json.WriteStringValue(encoding.Column.Categories[(int)value]);
                else
                    json.WriteRawValue(value.ToString("R", CultureInfo.InvariantCulture));
            }

            json.WriteEndObject();
        }

        return JsonElement.Parse(stream.ToArray());
    }
}
