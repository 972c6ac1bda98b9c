using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Data;
using ModelOperator.Trainer.Learning;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Output;

/// <summary>Writes the model's directory: what was learned, and model.json.</summary>
internal static class ModelWriter
{
    private const int SampleRows = 8;

    internal static void Write(string directory, ModelDocument document, ReadOnlySpan<byte> content, IReadOnlyList<(VariantDocument Variant, byte[] Content)> variants)
    {
        Directory.CreateDirectory(directory);
        foreach (var (variant, bytes) in variants)
            DurableFile.Write(Path.Combine(directory, variant.File), bytes);
        DurableFile.Write(Path.Combine(directory, document.Learner.File), content);
        DurableFile.Write(
            Path.Combine(directory, ModelDocument.FileName),
            JsonSerializer.SerializeToUtf8Bytes(document, ModelWritingContext.Default.ModelDocument));
    }

    internal static ModelDocument Describe(
        TrainingParameters parameters, PreparedData data, ILearned learned, Evaluation evaluation, IReadOnlyList<(VariantDocument Variant, byte[] Content)> variants)
    {
        var learner = learned.Describe();
        learner.Digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(learned.Content));
        return new ModelDocument
        {
            Format = parameters.Derive.Count > 0 ? ModelDocument.WithDerived(learned.Format, data.Table.FormulaOnly.Count > 0) : learned.Format,
            Learner = learner,
            Target = new TargetDocument { Name = parameters.Target, Type = data.Table.TargetType, Classes = data.Table.Classes?.ToList() },
            UnknownCategory = parameters.UnknownCategory,
            Features = Features(data, learned.Importance()),
            Training = new TrainingDocument
            {
                TrainRows = data.Split.TrainRows.Count,
                ValidationRows = data.Split.ValidationRows.Count,
                DatasetDigest = data.DatasetDigest,
                Parameters = parameters.Describe(),
            },
            // A copy: measurements of the variants, which no training repeats, come to the run's metrics alone.
            Metrics = new SortedDictionary<string, double>(evaluation.Metrics, StringComparer.Ordinal),
            Samples = Samples(data, evaluation.TrainPredictions),
            Variants = variants.Count > 0 ? [.. variants.Select(static pair => pair.Variant)] : null,
        };
    }

    /// <summary>Positions of the training rows that become samples.</summary>
    internal static IReadOnlyList<int> SamplePositions(int rows)
    {
        var positions = new int[Math.Min(SampleRows, rows)];
        for (var i = 0; i < positions.Length; i++)
            positions[i] = (int)((long)i * rows / positions.Length);
        return positions;
    }

    private static List<FeatureDocument> Features(PreparedData data, double[] sizes)
    {
        double total = 0;
        foreach (var size in sizes)
            total += size;
        var learned = data.Encodings.Select((encoding, index) => Feature(data, encoding.Column, encoding.Categories, total > 0 ? sizes[index] / total : 0)).ToList();
        var formulaOnly = data.Table.FormulaOnly.Select(column => Feature(data, column, null, 0, formulaOnly: true));
        return [.. learned.Where(static feature => feature.Derived is null), .. formulaOnly, .. learned.Where(static feature => feature.Derived is not null)];
    }

    private static FeatureDocument Feature(PreparedData data, TableColumn column, IReadOnlyList<string>? categories, double importance, bool formulaOnly = false)
    {
        var profile = FeatureProfiler.Describe(column, data.Split.TrainRows);
        return new FeatureDocument
        {
            Name = column.Name,
            Type = column.Type,
            Derived = column.Derived,
            FormulaOnly = formulaOnly,
            Categories = categories?.ToList(),
            AllowMissing = profile.Missing > 0,
            Importance = importance,
            Profile = profile,
        };
    }

    private static List<SampleDocument> Samples(PreparedData data, float[] predictions)
    {
        var rows = data.Split.TrainRows;
        var outputs = data.Table.Outputs;
        return [.. SamplePositions(rows.Count).Select(i => new SampleDocument
        {
            Features = Row(data, rows[i]),
            Prediction = outputs == 1 ? predictions[i] : Array.IndexOf(Of(i), Of(i).Max()),
            Probabilities = outputs == 1 ? null : [.. Of(i).Select(static probability => (double)probability)],
        })];
        float[] Of(int row) => predictions[(row * outputs)..((row + 1) * outputs)];
    }

    // The shortest text of the 32-bit number: reading it back gives the same 32 bits.
    private static JsonElement Row(PreparedData data, int row)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach (var column in data.Table.Features.Where(static column => column.Derived is null).Concat(data.Table.FormulaOnly))
            {
                var value = column.Values[row];
                json.WritePropertyName(column.Name);
                if (float.IsNaN(value))
                    json.WriteNullValue();
                else if (column.Type == FeatureType.Categorical)
                    json.WriteStringValue(column.Categories[(int)value]);
                else
                    json.WriteRawValue(value.ToString("R", CultureInfo.InvariantCulture));
            }

            json.WriteEndObject();
        }

        return JsonElement.Parse(stream.ToArray());
    }
}
