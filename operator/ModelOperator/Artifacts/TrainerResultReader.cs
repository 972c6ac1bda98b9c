using System.Text.Json;

namespace ModelOperator.Artifacts;

/// <summary>Reads result.json; every refusal names the field. The format is the trainer contract's, schema 1.</summary>
public static class TrainerResultReader
{
    /// <summary>Largest result.json, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Most metrics; the API keeps no more.</summary>
    public const int MaxMetrics = 256;

    private const int MaxMetricName = 128;

    private static readonly JsonElement Empty = JsonElement.Parse("{}");

    /// <summary>Reads and checks the document.</summary>
    /// <exception cref="TransferException">BadData with reason ResultInvalid, ResultWithoutMetrics or MetricNotFinite.</exception>
    /// <param name="json">The document.</param>
    /// <param name="requireMetrics">Whether a document without metrics is refused.</param>
    /// <param name="modelPath">Where the model is when the document does not say; null when it must.</param>
    public static TrainerResult Parse(ReadOnlyMemory<byte> json, bool requireMetrics = true, string? modelPath = null)
    {
        using var document = Open(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw Invalid("the document must be an object");
        if (!root.TryGetProperty("schema", out var schema) || schema.ValueKind != JsonValueKind.Number || !schema.TryGetInt32(out var version) || version != 1)
            throw Invalid("schema must be 1");
        if (!root.TryGetProperty("model", out var model) && modelPath is not null)
            model = Empty;
        if (model.ValueKind != JsonValueKind.Object)
            throw Invalid("model must be an object");
        var metrics = Metrics(root, requireMetrics);
        var (path, uri) = Location(model, modelPath);
        return new TrainerResult(
            path, uri, Digest(model), Text(model, "format", "model.format", 128), metrics, Count(root, "samples", "samples"), Device(root), Usage(root));
    }

    private static JsonDocument Open(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(NonFiniteNumbers.Quote(json.Span), new JsonDocumentOptions { MaxDepth = 16 });
        }
        catch (JsonException failure)
        {
            throw Invalid($"it is not valid JSON: {failure.Message}");
        }
    }

    private static (string? Path, Sha256Digest? Uri) Location(JsonElement model, string? otherwise)
    {
        var path = Text(model, "path", "model.path", ManifestPath.MaxBytes)?.TrimEnd('/');
        var uri = Text(model, "uri", "model.uri", 2048);
        if (path is not null && uri is not null)
            throw Invalid("model has both path and uri; give one");
        if (path is not null)
            return ManifestPath.Refusal(path) is { } refused ? throw Invalid($"model.path must be relative to the output folder: {refused}") : (path, null);
        if (uri is null && otherwise is not null)
            return (otherwise, null);
        if (uri is null)
            throw Invalid("model.path is missing: the model's folder or file below the output folder");
        return uri.StartsWith(Sha256Digest.UriPrefix, StringComparison.Ordinal) && Sha256Digest.TryParse(uri, out var stored)
            ? (null, stored)
            : throw Invalid("model.uri must be modelop://sha256/<64 hexadecimal digits>; to have the model stored for you give model.path");
    }

    private static Sha256Digest? Digest(JsonElement model)
    {
        var text = Text(model, "digest", "model.digest", 128);
        if (text is null)
            return null;
        return text.StartsWith(Sha256Digest.Prefix, StringComparison.Ordinal) && Sha256Digest.TryParse(text, out var digest)
            ? digest
            : throw Invalid("model.digest must be sha256:<64 hexadecimal digits>");
    }

    private static List<KeyValuePair<string, double>> Metrics(JsonElement root, bool required)
    {
        if (!root.TryGetProperty("metrics", out var metrics) || metrics.ValueKind == JsonValueKind.Null)
            return required ? throw WithoutMetrics() : [];
        if (metrics.ValueKind != JsonValueKind.Object)
            throw Invalid("metrics must be an object of numbers");
        var list = new List<KeyValuePair<string, double>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var metric in metrics.EnumerateObject())
        {
            if (metric.Name.Length is 0 or > MaxMetricName || metric.Name.Any(char.IsControl))
                throw Invalid($"metrics has a name that is empty, longer than {MaxMetricName} characters or not printable");
            if (!names.Add(metric.Name))
                throw Invalid($"metrics.{metric.Name} appears twice");
            list.Add(new(metric.Name, Finite(metric)));
        }
        if (list.Count > MaxMetrics)
            throw Invalid($"metrics has {list.Count} entries, at most {MaxMetrics} are kept");
        return list.Count > 0 || !required ? list : throw WithoutMetrics();
    }

    private static double Finite(JsonProperty metric)
    {
        if (metric.Value.ValueKind == JsonValueKind.String && NonFiniteNumbers.IsName(metric.Value.GetString()))
            throw NotFinite(metric.Name, metric.Value.GetString()!);
        if (metric.Value.ValueKind != JsonValueKind.Number)
            throw Invalid($"metrics.{metric.Name} must be a number");
        return metric.Value.TryGetDouble(out var value) && double.IsFinite(value) ? value : throw NotFinite(metric.Name, metric.Value.GetRawText());
    }

    private static string? Device(JsonElement root) => Text(root, "device", "device", 16) switch
    {
        null => null,
        "cpu" => "cpu",
        "cuda" => "cuda",
        var other => throw Invalid($"device must be cpu or cuda, not '{other}'"),
    };

    private static TrainerUsage? Usage(JsonElement root)
    {
        if (!root.TryGetProperty("usage", out var usage) || usage.ValueKind == JsonValueKind.Null)
            return null;
        if (usage.ValueKind != JsonValueKind.Object)
            throw Invalid("usage must be an object");
        return new TrainerUsage
        {
            CpuSeconds = Amount(usage, "cpuSeconds"),
            WallSeconds = Amount(usage, "wallSeconds"),
            GpuJoules = Amount(usage, "gpuJoules"),
            PeakMemoryBytes = Count(usage, "peakMemoryBytes", "usage.peakMemoryBytes"),
        };
    }

    private static double? Amount(JsonElement usage, string name)
    {
        if (!usage.TryGetProperty(name, out var element) || element.ValueKind == JsonValueKind.Null)
            return null;
        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var value) && double.IsFinite(value) && value >= 0
            ? value
            : throw Invalid($"usage.{name} must be a number of at least 0, or null");
    }

    private static long? Count(JsonElement parent, string name, string field)
    {
        if (!parent.TryGetProperty(name, out var element) || element.ValueKind == JsonValueKind.Null)
            return null;
        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var value) && value is >= 0 and < 9.2e18 && Math.Floor(value) == value
            ? (long)value
            : throw Invalid($"{field} must be a whole number of at least 0, or null");
    }

    private static string? Text(JsonElement parent, string name, string field, int longest)
    {
        if (!parent.TryGetProperty(name, out var element) || element.ValueKind == JsonValueKind.Null)
            return null;
        if (element.ValueKind != JsonValueKind.String || element.GetString() is not { Length: > 0 } text || text.Length > longest)
            throw Invalid($"{field} must be a text of 1 to {longest} characters");
        return text;
    }

    private static TransferException Invalid(string message) => new(TransferFailure.BadData, "ResultInvalid", $"result.json: {message}");

    private static TransferException NotFinite(string name, string value) => new(
        TransferFailure.BadData, "MetricNotFinite", $"result.json: metrics.{name} is {value}; the training diverged or the metric was computed on no data");

    private static TransferException WithoutMetrics() => new(
        TransferFailure.BadData, "ResultWithoutMetrics", "result.json: metrics is missing or empty; a model without a measure cannot be compared, so it is not registered");
}
