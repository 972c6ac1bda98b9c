using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using ModelOperator.Kubernetes;

namespace ModelOperator.ApiBench;

/// <summary>When each object of a collection appeared, as a watch sees it.</summary>
/// <param name="client">API server.</param>
/// <param name="path">Collection.</param>
/// <param name="keyOf">What an object counts for; null when it does not count.</param>
internal sealed class Appearances(KubernetesClient client, string path, Func<JsonElement, string?> keyOf)
{
    /// <summary>Time stamps by key; the first appearance counts.</summary>
    public ConcurrentDictionary<string, long> Seen { get; } = new(StringComparer.Ordinal);

    /// <summary>Begins to watch; objects of before do not count.</summary>
    /// <returns>A task that ends with the watch.</returns>
    public async Task<Task> StartAsync(CancellationToken cancellationToken)
    {
        string version;
        await using (var stream = await client.OpenReadAsync(path + "?limit=1", cancellationToken))
        {
            using var list = await JsonDocument.ParseAsync(stream, default, cancellationToken);
            version = list.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
        }

        return WatchAsync(version, cancellationToken);
    }

    // The server ends the watch of a client that reads too slowly; informers then go on from the last version, and so does this.
    private async Task WatchAsync(string version, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var events = await client.OpenReadAsync($"{path}?watch=1&timeoutSeconds=3000&resourceVersion={version}", cancellationToken);
            using var reader = new StreamReader(events);
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
                version = Take(line);
        }
    }

    /// <returns>The object's version.</returns>
    private string Take(string line)
    {
        var now = Stopwatch.GetTimestamp();
        using var change = JsonDocument.Parse(line);
        if (change.RootElement.GetProperty("type").ValueEquals("ERROR"))
            throw new InvalidOperationException("the watch broke: " + line);
        var thing = change.RootElement.GetProperty("object");
        if (keyOf(thing) is { } key)
            Seen.TryAdd(key, now);
        return thing.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
    }
}
