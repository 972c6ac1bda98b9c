using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using NpgsqlTypes;

namespace ModelOperator.RegistryApi;

/// <summary>Parameters that more than one collection takes.</summary>
internal static partial class ApiFilters
{
    public static readonly ApiValues ObjectName = ApiValues.Like(NamePattern(), "a name of lower-case letters, digits, dots and dashes, of at most 253 characters");

    public static readonly ApiValues Digest = ApiValues.Like(DigestPattern(), "sha256:<64 lower-case hexadecimal digits>");

    private static readonly ApiValues Deletion = ApiValues.OneOf("exclude", "include", "only");
    private static readonly ApiValues Comparison = ApiValues.Like(MetricPattern(), "<metric><operator><number>, the operator one of <, <=, >, >=, =, for example validation_rmse<500 or validation_rmse@cut=Ideal<500");
    private static readonly ApiValues Pair = ApiValues.Like(PairPattern(), "<key>=<value>");

    public static ApiFilter Name { get; } = ApiFilter.Equal("name", "t.name", "Name of the object.", ObjectName);

    public static ApiFilter Model { get; } = ApiFilter.Equal("model", "t.model", "Name of the model.", ObjectName);

    public static ApiFilter Deleted { get; } = new(
        "deleted", "Objects that are gone from the cluster; left out unless asked for.", Deletion, static (sought, given) =>
        {
            if (given[0] != "include")
                sought.Add(given[0] == "only" ? "t.deleted_at IS NOT NULL" : "t.deleted_at IS NULL");
        })
    { Fallback = "exclude" };

    public static ApiFilter CreatedAfter { get; } = Time("createdAfter", "t.created_at >=", "Created at this time or later.");

    public static ApiFilter CreatedBefore { get; } = Time("createdBefore", "t.created_at <", "Created before this time.");

    public static ApiFilter Tag { get; } = ApiFilter.Marked("tag", "t.tags", Member, "A tag with its value; may be repeated, all must be there.", Pair);

    public static ApiFilter LineageParameter { get; } = ApiFilter.Marked(
        "param", "t.lineage", static pair => Within("params", Member(pair)), "A parameter of the training with its value; may be repeated.", Pair);

    public static ApiFilter RunParameter { get; } = ApiFilter.Contains("param", "t.params", Member, "A parameter of the training with its value; may be repeated.", Pair);

    public static ApiFilter LineageDataset { get; } = ApiFilter.Marked(
        "dataset", "t.lineage", static digest => Within("datasets", $"[{Object("digest", digest)}]"), "Digest of a dataset that was read; may be repeated.", Digest);

    public static ApiFilter LineageDatasetName { get; } = ApiFilter.Marked(
        "datasetName", "t.lineage", static name => Within("datasets", $"[{Object("name", name)}]"), "Name of a dataset that was read; may be repeated.");

    public static ApiFilter RunDataset { get; } = new(
        "dataset", "Digest of a dataset that was read; may be repeated.", Digest, static (sought, given) =>
        {
            foreach (var digest in given)
                sought.Add($"EXISTS (SELECT FROM run_datasets AS d WHERE d.run_uid = t.uid AND d.digest = {sought.Place(digest)})");
        }, Repeats: true);

    /// <summary>Members of the lineage that are texts.</summary>
    public static ApiFilter InLineage(string name, string description) => ApiFilter.Marked(name, "t.lineage", value => Object(name, value), description);

    /// <summary>A metric beside a number.</summary>
    /// <param name="table">Table of values.</param>
    /// <param name="join">How its rows <c>m</c> belong to <c>t</c>.</param>
    public static ApiFilter Metric(string table, string join) => new(
        "metric", "A metric beside a number, for example validation_rmse<500; may be repeated, all must hold. What lacks the metric is left out.", Comparison, (sought, given) =>
        {
            foreach (var one in given)
            {
                var parts = MetricPattern().Match(one);
                var number = double.Parse(parts.Groups[3].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture);
                sought.Add($"EXISTS (SELECT FROM {table} AS m WHERE {join} AND m.metric = {sought.Place(parts.Groups[1].Value)} AND m.value {parts.Groups[2].Value} {sought.Place(NpgsqlDbType.Double, number)})");
            }
        }, Repeats: true);

    /// <summary>A point in time.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="condition">Condition up to the value; a constant of this program.</param>
    /// <param name="description">What it does.</param>
    public static ApiFilter Time(string name, string condition, string description) => new(name, description, ApiValues.Time, (sought, given) =>
    {
        _ = ApiValues.TryTime(given[0], out var time);
        sought.Add($"{condition} {sought.Place(NpgsqlDbType.TimestampTz, time)}");
    });

    private static string Member(string pair)
    {
        var mark = pair.IndexOf('=', StringComparison.Ordinal);
        return Object(pair[..mark], pair[(mark + 1)..]);
    }

    private static string Object(string name, string value) => Write(json => json.WriteString(name, value));

    private static string Within(string name, string inner) => Write(json =>
    {
        json.WritePropertyName(name);
        json.WriteRawValue(inner);
    });

    private static string Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    [GeneratedRegex("^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?\\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^sha256:[0-9a-f]{64}\\z")]
    private static partial Regex DigestPattern();

    // Thirty digits and two of exponent stay within the range of a double. Names of slices hold an = themselves: rmse@cut=Ideal<500.
    [GeneratedRegex("^([^<>]{0,255}?[^<>=])(<=|>=|<|>|=)(-?[0-9]{1,30}(?:\\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,2})?)\\z")]
    private static partial Regex MetricPattern();

    [GeneratedRegex("^[^=]+=.*\\z")]
    private static partial Regex PairPattern();
}
