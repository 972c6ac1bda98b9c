using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelOperator.ModelFormat;

namespace ModelOperator.Server.PredictionLogs;

/// <summary>Writes what waits as the body of one request. Redacted features are left out here, before anything leaves the process. For one thread.</summary>
/// <param name="options">Settings.</param>
/// <param name="warn">Told once of each model that lacks names that are to be redacted.</param>
internal sealed class LogBatch(PredictionLogOptions options, Action<string> warn)
{
    /// <summary>Most rows of a body.</summary>
    internal const int MostRows = 1_000;

    /// <summary>Rows are added up to this, so a body is larger by one row at most; the receiver takes 4 MiB.</summary>
    internal const int EnoughBytes = 1 << 20;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private (List<FeatureDocument>? Of, bool[]? Told) _columns;

    /// <summary>Names that are to be redacted and that a model has not.</summary>
    internal static IEnumerable<string> Unknown(PredictionLogOptions options, List<FeatureDocument> features) =>
        options.Redact.Where(name => name != PredictionLogOptions.All && !features.Exists(feature => feature.Name == name));

    /// <summary>Columns whose values are told, none of them derived: those follow from the others, and would tell of redacted ones; null for none at all: all are redacted, or a name of the list may be a slip, and what it meant must not leave.</summary>
    internal static bool[]? Told(PredictionLogOptions options, List<FeatureDocument> features)
    {
        if (options.Redact.Contains(PredictionLogOptions.All) || Unknown(options, features).Any())
            return null;
        var redacted = options.Redact.ToHashSet(StringComparer.Ordinal);
        return [.. features.Select(feature => feature.Derived is null && !redacted.Contains(feature.Name))];
    }

    /// <summary>Writes entries from the start of a list until the body is large enough.</summary>
    /// <param name="entries">At least one.</param>
    /// <returns>The body, and how many entries it has.</returns>
    internal (ReadOnlyMemory<byte> Body, int Count) Write(IReadOnlyList<LogEntry> entries)
    {
        var (predictions, truths) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        var count = 0;
        using (var predicted = Begin(predictions))
        using (var known = Begin(truths))
        {
            while (count < Math.Min(entries.Count, MostRows) && predicted.BytesCommitted + predicted.BytesPending + known.BytesCommitted + known.BytesPending < EnoughBytes)
                Write(entries[count].Row is null ? known : predicted, entries[count++]);
            predicted.WriteEndArray();
            known.WriteEndArray();
        }

        var body = new ArrayBufferWriter<byte>(predictions.WrittenCount + truths.WrittenCount + 32);
        body.Write("{\"predictions\":"u8);
        body.Write(predictions.WrittenSpan);
        body.Write(",\"truths\":"u8);
        body.Write(truths.WrittenSpan);
        body.Write("}"u8);
        return (body.WrittenMemory, count);
    }

    private static Utf8JsonWriter Begin(ArrayBufferWriter<byte> buffer)
    {
        var json = new Utf8JsonWriter(buffer, Compact);
        json.WriteStartArray();
        return json;
    }

    private void Write(Utf8JsonWriter json, LogEntry entry)
    {
        var target = entry.Target;
        json.WriteStartObject();
        json.WriteString("id"u8, entry.Id);
        json.WriteString("at"u8, entry.At.UtcDateTime);
        if (entry.Row is { } row)
        {
            json.WriteString("kind"u8, target.Type.ToString());
            // In 32 bits, as the client got it.
            json.WriteNumber("prediction"u8, (float)entry.Value);
            WriteFeatures(json, row);
        }
        else
        {
            json.WriteNumber("truth"u8, entry.Value);
        }

        if (target.Type == TargetType.Multiclass)
            json.WriteString("label"u8, target.Classes![(int)entry.Value]);
        json.WriteEndObject();
    }

    private void WriteFeatures(Utf8JsonWriter json, LoggedRow row)
    {
        if (!ReferenceEquals(_columns.Of, row.Features))
        {
            _columns = (row.Features, Told(options, row.Features));
            if (string.Join(", ", Unknown(options, row.Features)) is { Length: > 0 } names)
                warn(names);
        }

        if (_columns.Told is not { } told)
            return;
        json.WriteStartObject("features"u8);
        for (var column = 0; column < told.Length; column++)
        {
            if (told[column])
                WriteValue(json, row.Features[column], row.Values[column]);
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, FeatureDocument feature, float value)
    {
        if (!float.IsFinite(value))
            json.WriteNull(feature.Name);
        else if (feature.Type == FeatureType.Categorical)
            json.WriteString(feature.Name, feature.Categories![(int)value]);
        else
            json.WriteNumber(feature.Name, value);
    }
}
