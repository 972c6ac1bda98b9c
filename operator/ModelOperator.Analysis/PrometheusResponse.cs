using System.Collections.Immutable;
using System.Text.Json;

namespace ModelOperator.Analysis;

/// <summary>
/// Reads the body of Prometheus' <c>/api/v1/query</c> into a <see cref="Sample"/>: a scalar, an instant vector, or ranges; the values of several series or points
/// are kept in their order, for conditions and tests that want them.
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
            "vector" => Labelled(result, Histogram(result, Series(result, "value", Point))),
            "matrix" => Series(result, "values", Points),
            var other => Sample.NotReadable($"results of type '{other}' hold no number"),
        };
    }

    private static Sample Series(JsonElement result, string property, Func<JsonElement, Sample> read) =>
        Sample.Together(result.EnumerateArray().Select(element => Member(element, property, read))) with { Series = Math.Max(1, result.GetArrayLength()) };

    private static Sample Member(JsonElement element, string property, Func<JsonElement, Sample> read) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var value)
            ? read(value)
            : Sample.NotReadable($"the series has no '{property}' (native histograms need histogram_quantile or histogram_count)");

    private static Sample Points(JsonElement points) => points.ValueKind == JsonValueKind.Array
        ? Sample.Together(points.EnumerateArray().Select(Point))
        : Sample.NotReadable("a series has no values");

    /// <summary>A vector whose every series is a bucket of a histogram keeps its boundaries.</summary>
    private static Sample Histogram(JsonElement result, Sample sample)
    {
        if (sample.Values.Length < 2 || sample.Values.Length != result.GetArrayLength())
            return sample;
        var buckets = ImmutableArray.CreateBuilder<HistogramBucket>(sample.Values.Length);
        foreach (var element in result.EnumerateArray())
        {
            if (!element.TryGetProperty("metric", out var labels) || labels.ValueKind != JsonValueKind.Object || Text(labels, "le") is not { } le
                || Sample.Parse(le) is not { Kind: SampleKind.Number or SampleKind.PositiveInfinity, Values: [var end] })
                return sample;
            buckets.Add(new(end, sample.Values[buckets.Count]));
        }

        return sample with { Buckets = buckets.ToImmutable() };
    }

    private static Sample Labelled(JsonElement result, Sample sample)
    {
        if (sample.Values.Length == 0 || sample.Values.Length != result.GetArrayLength())
            return sample;
        var labels = result.EnumerateArray().Select(static element => element.TryGetProperty("metric", out var metric) && metric.ValueKind == JsonValueKind.Object
            && metric.EnumerateObject().ToList() is [{ Value: { ValueKind: JsonValueKind.String } only }] ? only.GetString() : null).ToList();
        return labels.Contains(null) ? sample : sample with { Labels = [.. labels.OfType<string>()] };
    }

    private static Sample Point(JsonElement pair) =>
        pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 && pair[1].ValueKind == JsonValueKind.String
            ? Sample.Parse(pair[1].GetString())
            : Sample.NotReadable("a point is not [time, \"value\"]");

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
