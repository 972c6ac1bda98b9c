using System.Text.Json;

namespace ModelOperator.Analysis;

/// <summary>
/// Reads the body of Prometheus' <c>/api/v1/query</c> into a <see cref="Sample"/>: scalar, instant vector, or a range of exactly one point.
/// Format: https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats.
/// </summary>
public static class PrometheusResponse
{
    /// <summary>Classifies a response body. Never throws: what cannot be read is a sample of kind Unparsable or QueryFailed.</summary>
    public static Sample Parse(ReadOnlyMemory<byte> utf8Json)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8Json);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return Sample.NotReadable("the answer is not JSON; is the address that of a Prometheus API?");
        }
    }

    private static Sample Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return Sample.NotReadable("the answer is not a JSON object; is the address that of a Prometheus API?");
        if (Text(root, "status") != "success")
            return Sample.Failure($"{Text(root, "errorType") ?? "error"}: {Text(root, "error") ?? "the provider gave no message"}");
        if (!root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("result", out var result)
            || result.ValueKind != JsonValueKind.Array)
            return Sample.NotReadable("the answer has no data.result");
        return Text(data, "resultType") switch
        {
            "scalar" => Point(result),
            "vector" => Series(result, "value", element => Point(element)),
            "matrix" => Series(result, "values", points => points.ValueKind == JsonValueKind.Array && points.GetArrayLength() == 1
                ? Point(points[0])
                : points.ValueKind == JsonValueKind.Array ? Several(points.GetArrayLength()) : Sample.NotReadable("a series has no values")),
            var other => Sample.NotReadable($"results of type '{other}' hold no number"),
        };
    }

    private static Sample Series(JsonElement result, string property, Func<JsonElement, Sample> read) => result.GetArrayLength() switch
    {
        0 => Sample.Empty,
        1 when result[0].ValueKind == JsonValueKind.Object && result[0].TryGetProperty(property, out var value) => read(value),
        1 => Sample.NotReadable($"the series has no '{property}' (native histograms need histogram_quantile or histogram_count)"),
        var count => Sample.Several(count),
    };

    private static Sample Several(int points) => points == 0 ? Sample.Empty : Sample.Several(points);

    private static Sample Point(JsonElement pair) =>
        pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 && pair[1].ValueKind == JsonValueKind.String
            ? Sample.Parse(pair[1].GetString())
            : Sample.NotReadable("a point is not [time, \"value\"]");

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
