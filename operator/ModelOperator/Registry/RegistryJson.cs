using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelOperator.Api;

namespace ModelOperator.Registry;

/// <summary>JSON columns in one canonical form: members sorted by name, so that equal content is equal text. Null where there is nothing.</summary>
public static class RegistryJson
{
    // What gates and searches can name; a longer one would not fit the index of metrics.
    private const int LongestMetric = 256;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An object of strings.</summary>
    /// <param name="map">Members.</param>
    public static string? Strings(IReadOnlyDictionary<string, string>? map) => map is not { Count: > 0 } ? null : Write(json => WriteStrings(json, map));

    /// <summary>An array of strings; "[]" when empty.</summary>
    /// <param name="items">Items, kept in order.</param>
    public static string Array(IEnumerable<string> items) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var item in items)
            json.WriteStringValue(Plain(item));
        json.WriteEndArray();
    });

    /// <summary>An array of objects.</summary>
    /// <typeparam name="T">Row.</typeparam>
    /// <param name="rows">Rows, kept in order.</param>
    /// <param name="members">Writes the members of one.</param>
    public static string Rows<T>(IEnumerable<T> rows, Action<Utf8JsonWriter, T> members) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var row in rows)
        {
            json.WriteStartObject();
            members(json, row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>Metrics as an object: a JSON number where the value is one (finite) and its name has at most 256 characters, else a string. Of equal names the last one counts.</summary>
    /// <param name="metrics">Metrics.</param>
    public static string? Metrics(IReadOnlyList<NamedValue>? metrics) => metrics is not { Count: > 0 } ? null : Write(json =>
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var metric in metrics)
            sorted[Plain(metric.Name)] = metric.Value;
        json.WriteStartObject();
        foreach (var (name, value) in sorted)
        {
            if (name.Length <= LongestMetric && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                json.WriteNumber(name, number);
            else
                json.WriteString(name, Plain(value));
        }

        json.WriteEndObject();
    });

    /// <summary>Datasets as an array of name, uri, digest and sizeBytes.</summary>
    /// <param name="datasets">Datasets, kept in order.</param>
    public static string? Datasets(IReadOnlyList<DatasetRecord>? datasets) => datasets is not { Count: > 0 } ? null : Write(json => WriteDatasets(json, datasets));

    /// <summary>Lineage as an object of image, source, parent, input hash, params and datasets.</summary>
    /// <param name="lineage">Lineage.</param>
    public static string? Lineage(Lineage? lineage) => lineage is null ? null : Write(json =>
    {
        json.WriteStartObject();
        Member(json, "image", lineage.Image);
        Member(json, "repo", lineage.Source?.Repo);
        Member(json, "revision", lineage.Source?.Revision);
        Member(json, "parent", lineage.Parent);
        Member(json, "inputHash", lineage.InputHash);
        if (lineage.Params is { Count: > 0 } parameters)
        {
            json.WritePropertyName("params");
            WriteStrings(json, parameters);
        }

        if (lineage.Datasets is { Count: > 0 } datasets)
        {
            json.WritePropertyName("datasets");
            WriteDatasets(json, datasets);
        }

        json.WriteEndObject();
    });

    private static void WriteStrings(Utf8JsonWriter json, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject();
        foreach (var (name, value) in map.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(Plain(name), Plain(value));
        json.WriteEndObject();
    }

    private static void WriteDatasets(Utf8JsonWriter json, IReadOnlyList<DatasetRecord> datasets)
    {
        json.WriteStartArray();
        foreach (var dataset in datasets)
        {
            json.WriteStartObject();
            Member(json, "name", dataset.Name);
            Member(json, "uri", dataset.Uri);
            Member(json, "digest", dataset.Digest);
            if (dataset.SizeBytes is { } size)
                json.WriteNumber("sizeBytes", size);
            if (dataset.Rows is { } rows)
                json.WriteNumber("rows", rows);
            if (dataset.Columns is { } columns)
                json.WriteNumber("columns", columns);
            Member(json, "profileDigest", dataset.ProfileDigest);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Member(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, Plain(value));
    }

    /// <summary>Text without NUL characters, which jsonb cannot hold.</summary>
    /// <param name="text">Text.</param>
    public static string Plain(string text) => text.Replace('\0', '\uFFFD');

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact))
            write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
