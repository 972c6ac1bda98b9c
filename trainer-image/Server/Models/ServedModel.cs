using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Drift;
using ModelOperator.Server.Http;
using ModelOperator.Server.Rows;
using ModelOperator.XGBoost;

namespace ModelOperator.Server.Models;

/// <summary>A model that reproduced its trainer's sample predictions.</summary>
internal sealed class ServedModel : IDisposable
{
    private readonly IRowPredictor _predictor;
    private readonly LearnedColumns? _columns;
    private readonly TimeProvider _time;
    private readonly PredictionTurns _turns;
    private readonly PredictionPace _pace = new();

    private ServedModel(ModelBundle bundle, PredictorChoice choice, PredictorTerms terms)
    {
        // Not the bundle: it has the bytes of what was learned, which the predictor has made its own of.
        (Document, Digest, Variant) = (bundle.Document, bundle.Digest, bundle.Variant);
        _predictor = choice.Predictor;
        _columns = LearnedColumns.Of(Document);
        (WhyLibrary, Device, _time, _turns) = (choice.Reason, terms.Device, terms.Time, terms.Turns);
        Rows = new RowReader(bundle.Document);
        Drift = new FeatureDrift(bundle.Document.Features);
    }

    internal ModelDocument Document { get; }

    /// <summary>Artifact digest of the directory.</summary>
    internal string Digest { get; }

    /// <summary>The variant that is served; null for the model itself.</summary>
    internal string? Variant { get; }

    internal RowReader Rows { get; }

    /// <summary>How long it took to load and check it.</summary>
    internal TimeSpan LoadTime { get; private set; }

    /// <summary>Counts of live values by the bins of the training profile.</summary>
    internal FeatureDrift Drift { get; }

    /// <summary>What predicts: "trees", "libxgboost", "linear" or "network"; on a GPU "libxgboost" or "libtorch".</summary>
    internal string Predictor => _predictor.Name;

    /// <summary>Where.</summary>
    internal ServingDevice Device { get; }

    /// <summary>The device as its users write it.</summary>
    internal string DeviceName => Device == ServingDevice.Cuda ? "cuda" : "cpu";

    /// <summary>Calls of a GPU so far; null without one.</summary>
    internal long? DeviceCalls => (_predictor as BatchingPredictor)?.Calls;

    /// <summary>Whether so many rows are predicted on the caller's thread and wait for nothing.</summary>
    internal bool PredictsAtOnce(int rows) => _predictor is DirectPredictor && !_pace.TakesLong(rows);

    /// <summary>Why it is libxgboost and not the faster one; null when it is not.</summary>
    internal string? WhyLibrary { get; }

    /// <summary>Reads the directory (or its sub-directory "model"), checks digests and warms up on the sample rows.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="variant">Name of the variant to serve; null for the model itself.</param>
    /// <param name="signature">What the model must keep; null for no promise.</param>
    /// <param name="digest">Digest that the directory must have; null for one that nobody knows.</param>
    /// <param name="terms">On what it predicts.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    /// <exception cref="ModelFormatException">The directory holds no model that this server can serve.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not there, or a library that works on it.</exception>
    /// <exception cref="DeviceFailedException">The device is there and fails.</exception>
    internal static async Task<ServedModel> LoadAsync(
        string directory, string? variant, SignatureDocument? signature, string? digest, PredictorTerms terms, CancellationToken cancellationToken)
    {
        var started = terms.Time.GetTimestamp();
        var nested = Path.Combine(directory, "model");
        var root = !File.Exists(Path.Combine(directory, ModelDocument.FileName)) && Directory.Exists(nested) ? nested : directory;
        var bundle = await ModelBundle.LoadAsync(root, variant, cancellationToken);
        if (digest is not null && (root == directory ? bundle.Digest : ArtifactManifest.Digest(directory, cancellationToken)) is var actual && actual != digest)
            throw new ModelFormatException($"{directory} has digest {actual}, but the version's is {digest}");
        if (signature?.Difference(bundle.Document) is { } difference)
            throw new ModelFormatException($"the model does not keep its version's signature: {difference}");
        PredictorChoice choice;
        try
        {
            choice = PredictorChoice.Make(bundle, terms);
        }
        catch (Exception failure) when (failure is XGBoostException or ArgumentException)
        {
            throw new ModelFormatException(
                $"{bundle.Document.Learner.File} (written by libxgboost {bundle.Document.Learner.Version}) cannot be loaded by libxgboost {XGBoostLibrary.Version}: {failure.Message}",
                failure);
        }

        var model = new ServedModel(bundle, choice, terms);
        try
        {
            await model.WarmUpAsync(cancellationToken);
            model.LoadTime = terms.Time.GetElapsedTime(started);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    internal RowBuffer NewRows() => new(Document.Features.Count, Document.Target.Outputs);

    /// <summary>Fills the predictions of rows: at once on the caller's thread where that takes little time, elsewhere otherwise.</summary>
    internal async ValueTask PredictAsync(RowBuffer rows, CancellationToken cancellationToken)
    {
        // A GPU has a thread of its own.
        if (Device != ServingDevice.Cpu || !_pace.TakesLong(rows.Count))
        {
            await MeasureAsync(rows, cancellationToken);
            return;
        }

        await Task.Yield();
        await _turns.EnterAsync(cancellationToken);
        try
        {
            await MeasureAsync(rows, cancellationToken);
        }
        finally
        {
            _turns.Leave();
        }
    }

    private async ValueTask MeasureAsync(RowBuffer rows, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        await (_columns is null ? _predictor.PredictAsync(rows, cancellationToken) : _columns.PredictAsync(_predictor, rows, cancellationToken));
        _pace.Took(rows.Count, _time.GetElapsedTime(started));
    }

    public void Dispose() => _predictor.Dispose();

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The using declaration disposes it; the analyzer loses it over the await.")]
    private async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        if (Document.Samples.Count == 0)
            throw new ModelFormatException("model.json has no samples to check predictions against");
        foreach (var (index, sample) in Document.Samples.Index())
        {
            using var rows = NewRows();
            Encode(sample, index, rows);
            await PredictAsync(rows, cancellationToken);
            Compare(rows.Predictions, sample, index);
        }

        if (_predictor.BatchRows > 1)
            await WarmUpTogetherAsync(cancellationToken);
    }

    // A full batch needs the most memory of the device, and other programs of it than a single row does.
    private async Task WarmUpTogetherAsync(CancellationToken cancellationToken)
    {
        using var rows = NewRows();
        for (var row = 0; row < _predictor.BatchRows; row++)
            Encode(Document.Samples[row % Document.Samples.Count], row % Document.Samples.Count, rows);
        await PredictAsync(rows, cancellationToken);
        for (var row = 0; row < rows.Count; row++)
            Compare(rows.Predictions.Slice(row * rows.Outputs, rows.Outputs), Document.Samples[row % Document.Samples.Count], row % Document.Samples.Count);
    }

    private void Compare(ReadOnlySpan<float> predictions, SampleDocument sample, int index)
    {
        var expected = Document.Target.Type == TargetType.Multiclass ? sample.Probabilities ?? [] : [sample.Prediction];
        if (expected.Count != predictions.Length)
            throw new ModelFormatException($"sample {index} of model.json has {expected.Count} probabilities for {predictions.Length} classes");
        for (var output = 0; output < expected.Count; output++)
        {
            var tolerance = _predictor.Tolerance.At(expected[output]);
            if (!(Math.Abs(predictions[output] - expected[output]) <= tolerance))
                throw new ModelFormatException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"sample {index} of model.json is predicted as {predictions[output]:R}, but its trainer predicted {expected[output]:R}: this server would answer wrongly (it may be {tolerance:G2} away)"));
        }
    }

    private void Encode(SampleDocument sample, int index, RowBuffer rows)
    {
        try
        {
            var reader = new Utf8JsonReader(JsonSerializer.SerializeToUtf8Bytes(sample.Features, SampleJsonContext.Default.JsonElement));
            reader.Read();
            Rows.ReadRow(ref reader, rows.Add());
        }
        catch (RequestException failure)
        {
            throw new ModelFormatException($"sample {index} of model.json does not fit the model's own features: {failure.Message}", failure);
        }
    }
}
