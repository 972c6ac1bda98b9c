using System.Diagnostics;
using System.Globalization;
using System.Text;
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

    /// <summary>Writes the status of one object by a merge patch: the template is its body.</summary>
    /// <param name="number">Number of the object.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task PatchStatusAsync(int number, CancellationToken cancellationToken) => PatchAsync(number, "status", cancellationToken);

    /// <summary>Changes one object by a merge patch: the template is its body.</summary>
    /// <param name="number">Number of the object.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task PatchAsync(int number, CancellationToken cancellationToken) => PatchAsync(number, null, cancellationToken);

    /// <summary>Does something for many numbers, so many at once.</summary>
    /// <param name="from">First number.</param>
    /// <param name="count">How many.</param>
    /// <param name="parallel">At once.</param>
    /// <param name="one">What is done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The result as JSON.</returns>
    public static async Task<string> ManyAsync(int from, int count, int parallel, Func<int, CancellationToken, Task> one, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var degree = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };
        await Parallel.ForAsync(from, from + count, degree, async (number, stop) => await one(number, stop));
        var result = new CreationResult(count, Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 3));
        return JsonSerializer.Serialize(result, ApiBenchJson.Default.CreationResult);
    }

    /// <summary>Creates many, so many at once.</summary>
    /// <returns>The result as JSON.</returns>
    public Task<string> AllAsync(int count, int parallel, CancellationToken cancellationToken) =>
        ManyAsync(0, count, parallel, OneAsync, cancellationToken);

    private Task<V1PartialObjectMetadata> PatchAsync(int number, string? subresource, CancellationToken cancellationToken)
    {
        if (path.Split('/', StringSplitOptions.RemoveEmptyEntries) is not ["apis", var group, var version, "namespaces", var space, var plural])
            throw new ArgumentException($"{path} is not the collection of a group in a namespace");
        var kind = new EntityDescriptor<V1PartialObjectMetadata>(
            group, version, plural, "", true, KubernetesJson.Default.V1PartialObjectMetadata, ApiBenchJson.Default.KubernetesListV1PartialObjectMetadata);
        var body = Encoding.UTF8.GetBytes(template.Replace("NAME", NameOf(number), StringComparison.Ordinal));
        return client.PatchAsync(kind, NameOf(number), space, PatchKind.Merge, body, new PatchOptions { Subresource = subresource }, cancellationToken);
    }
}
