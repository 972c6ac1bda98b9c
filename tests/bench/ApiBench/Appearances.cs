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

        return ReadAsync($"{path}?watch=1&timeoutSeconds=3000&resourceVersion={version}", cancellationToken);
    }

    private async Task ReadAsync(string watch, CancellationToken cancellationToken)
    {
        await using var events = await client.OpenReadAsync(watch, cancellationToken);
        using var reader = new StreamReader(events);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var now = Stopwatch.GetTimestamp();
            using var change = JsonDocument.Parse(line);
            if (change.RootElement.GetProperty("type").ValueEquals("ERROR"))
                throw new InvalidOperationException("the watch broke: " + line);
            if (keyOf(change.RootElement.GetProperty("object")) is { } key)
                Seen.TryAdd(key, now);
        }

        throw new InvalidOperationException("the server ended the watch of " + path);
    }
}
