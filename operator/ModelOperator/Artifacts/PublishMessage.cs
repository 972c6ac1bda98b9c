using System.Globalization;
using System.Text.Json;

namespace ModelOperator.Artifacts;

/// <summary>Builds the termination message of a publication so that the kubelet keeps all of it.</summary>
public static class PublishMessage
{
    /// <summary>
    /// Most bytes. The kubelet keeps 12 KiB of a Pod's messages, in equal shares: of our four containers and two that an admission webhook puts in (a service mesh's, say) 2048
    /// bytes each. What is cut off is no JSON any more, and a trained model would be lost.
    /// </summary>
    public const int MostBytes = 12 * 1024 / 6;

    /// <summary>The report as JSON: primary metrics first, then those of all rows, then those of slices (metric@slice), each in the trainer's order; packed where they would not fit, then with nine digits, and as many as fit.</summary>
    /// <param name="model">The published model.</param>
    /// <param name="result">What the trainer said about it.</param>
    /// <param name="primary">Names of primary metrics.</param>
    /// <param name="hasResult">Whether the trainer wrote result.json.</param>
    public static byte[] Build(PublishedModel model, TrainerResult result, IReadOnlyList<string> primary, bool hasResult = true)
    {
        var ordered = Order(result.Metrics, primary);
        var plain = Encode(model, result, ordered, ordered.Count, hasResult, packed: false);
        if (plain.Length <= MostBytes)
            return plain;
        var whole = Encode(model, result, ordered, ordered.Count, hasResult, packed: true);
        if (whole.Length <= MostBytes)
            return whole;
        ordered = ordered.ConvertAll(static metric => KeyValuePair.Create(metric.Key, double.Parse(metric.Value.ToString("G9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)));
        for (var keep = ordered.Count; ; keep--)
        {
            var bytes = Encode(model, result, ordered, keep, hasResult, packed: true);
            if (bytes.Length <= MostBytes || keep == 0)
                return bytes;
        }
    }

    private static List<KeyValuePair<string, double>> Order(IReadOnlyList<KeyValuePair<string, double>> metrics, IReadOnlyList<string> primary)
    {
        var first = primary.SelectMany(name => metrics.Where(metric => metric.Key == name)).Distinct().ToList();
        return [.. first, .. metrics.Except(first).OrderBy(static metric => metric.Key.Contains('@', StringComparison.Ordinal))];
    }

    private static byte[] Encode(PublishedModel model, TrainerResult result, List<KeyValuePair<string, double>> ordered, int keep, bool hasResult, bool packed)
    {
        var metrics = new Dictionary<string, double>(ordered.Take(keep));
        return JsonSerializer.SerializeToUtf8Bytes(
            new PublishReport
            {
                Schema = 1,
                Model = model,
                Metrics = packed ? [] : metrics,
                Packed = packed ? PackedMetrics.Write(metrics) : null,
                MetricsOmitted = keep < ordered.Count ? ordered.Count - keep : null,
                NoResultFile = hasResult ? null : true,
                Samples = result.Samples,
                Device = result.Device,
                Usage = result.Usage,
            },
            ArtifactsJson.Default.PublishReport);
    }
}
