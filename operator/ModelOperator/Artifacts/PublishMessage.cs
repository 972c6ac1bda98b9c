using System.Text.Json;

namespace ModelOperator.Artifacts;

/// <summary>Builds the termination message of a publication so that the kubelet keeps all of it.</summary>
public static class PublishMessage
{
    /// <summary>The report as JSON of at most 4096 bytes: primary metrics first, then the trainer's order, as many as fit.</summary>
    /// <param name="model">The published model.</param>
    /// <param name="result">What the trainer said about it.</param>
    /// <param name="primary">Names of primary metrics.</param>
    /// <param name="hasResult">Whether the trainer wrote result.json.</param>
    public static byte[] Build(PublishedModel model, TrainerResult result, IReadOnlyList<string> primary, bool hasResult = true)
    {
        var ordered = Order(result.Metrics, primary);
        for (var keep = ordered.Count; ; keep--)
        {
            var bytes = Encode(model, result, ordered, keep, hasResult);
            if (bytes.Length <= TerminationMessage.MaxBytes || keep == 0)
                return bytes;
        }
    }

    private static List<KeyValuePair<string, double>> Order(IReadOnlyList<KeyValuePair<string, double>> metrics, IReadOnlyList<string> primary)
    {
        var first = primary.SelectMany(name => metrics.Where(metric => metric.Key == name)).Distinct().ToList();
        return [.. first, .. metrics.Where(metric => !first.Contains(metric))];
    }

    private static byte[] Encode(PublishedModel model, TrainerResult result, List<KeyValuePair<string, double>> ordered, int keep, bool hasResult) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new PublishReport
            {
                Schema = 1,
                Model = model,
                Metrics = new Dictionary<string, double>(ordered.Take(keep)),
                MetricsOmitted = keep < ordered.Count ? ordered.Count - keep : null,
                NoResultFile = hasResult ? null : true,
                Samples = result.Samples,
                Device = result.Device,
                Usage = result.Usage,
            },
            ArtifactsJson.Default.PublishReport);
}
