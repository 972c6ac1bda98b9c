using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ModelOperator.Kubernetes;

namespace ModelOperator.ApiBench;

/// <summary>Objects made from one template.</summary>
/// <param name="client">API server.</param>
/// <param name="path">Collection to post to, with a query where wanted.</param>
/// <param name="template">JSON in which NAME stands for the object's name.</param>
internal sealed class Creation(KubernetesClient client, string path, string template)
{
    /// <summary>Name of the object with this number.</summary>
    public static string NameOf(int number) => "bench-" + number.ToString("D5", CultureInfo.InvariantCulture);

    /// <summary>Creates one object.</summary>
    /// <exception cref="KubernetesException">The server refused.</exception>
    public Task OneAsync(int number, CancellationToken cancellationToken)
    {
        using var body = JsonDocument.Parse(template.Replace("NAME", NameOf(number), StringComparison.Ordinal));
        return client.PostAsync(path, body.RootElement.Clone(), ApiBenchJson.Default.JsonElement, ApiBenchJson.Default.JsonElement, cancellationToken);
    }

    /// <summary>Creates many, so many at once.</summary>
    /// <returns>The result as JSON.</returns>
    public async Task<string> AllAsync(int count, int parallel, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var degree = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, count, degree, async (number, stop) => await OneAsync(number, stop));
        var result = new CreationResult(count, Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 3));
        return JsonSerializer.Serialize(result, ApiBenchJson.Default.CreationResult);
    }
}
