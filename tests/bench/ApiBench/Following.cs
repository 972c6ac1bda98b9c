using System.Diagnostics;
using System.Text.Json;
using ModelOperator.Kubernetes;

namespace ModelOperator.ApiBench;

/// <summary>Creates objects whose controller makes a Pod for each, and times both.</summary>
/// <param name="client">API server.</param>
/// <param name="creation">The objects.</param>
/// <param name="path">Their collection.</param>
/// <param name="podsPath">The Pods' collection.</param>
internal sealed class Following(KubernetesClient client, Creation creation, string path, string podsPath)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);
    private readonly Appearances objects = new(client, path, NameOf);
    private readonly Appearances pods = new(client, podsPath, OwnerOf);

    /// <summary>Creates so many objects, and waits until each has a Pod.</summary>
    /// <param name="count">Objects.</param>
    /// <param name="parallel">Requests at once.</param>
    /// <param name="pause">One object after another, with a pause between; without a wait when zero.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The result as JSON.</returns>
    public async Task<string> RunAsync(int count, int parallel, TimeSpan pause, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] watches = [await objects.StartAsync(ending.Token), await pods.StartAsync(ending.Token)];
        var began = Stopwatch.GetTimestamp();
        await (pause == TimeSpan.Zero ? creation.AllAsync(count, parallel, cancellationToken) : OneByOneAsync(count, pause, cancellationToken));
        var created = Stopwatch.GetElapsedTime(began);
        while ((pods.Seen.Count < count || objects.Seen.Count < count) && Stopwatch.GetElapsedTime(began) < Patience)
        {
            if (Array.Find(watches, watch => watch.IsCompleted) is { } broken)
                await broken;
            await Task.Delay(20, cancellationToken);
        }

        var result = Result(count, began, created);
        await ending.CancelAsync();
        return JsonSerializer.Serialize(result, ApiBenchJson.Default.FollowingResult);
    }

    private async Task OneByOneAsync(int count, TimeSpan pause, CancellationToken cancellationToken)
    {
        for (var number = 0; number < count; number++)
        {
            await creation.OneAsync(number, cancellationToken);
            await Task.Delay(pause, cancellationToken);
        }
    }

    private FollowingResult Result(int count, long began, TimeSpan created)
    {
        var delays = pods.Seen
            .Where(pod => objects.Seen.ContainsKey(pod.Key))
            .Select(pod => Math.Max(0, Stopwatch.GetElapsedTime(objects.Seen[pod.Key], pod.Value).TotalSeconds))
            .Order().ToArray();
        var whole = pods.Seen.IsEmpty ? 0 : Stopwatch.GetElapsedTime(began, pods.Seen.Values.Max()).TotalSeconds;
        return new FollowingResult(
            count, delays.Length, Math.Round(created.TotalSeconds, 2), Math.Round(whole, 2),
            Quantiles.Of(delays, 0.5), Quantiles.Of(delays, 0.99), whole > 0 ? Math.Round(delays.Length / whole, 1) : 0);
    }

    private static string? NameOf(JsonElement thing) => thing.GetProperty("metadata").GetProperty("name").GetString();

    private static string? OwnerOf(JsonElement pod) =>
        pod.GetProperty("metadata").TryGetProperty("ownerReferences", out var owners) && owners.GetArrayLength() > 0
            ? owners[0].GetProperty("name").GetString()
            : null;
}
