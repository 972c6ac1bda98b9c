using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Controllers;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Waits upon the gateways of canaries that are scaled to zero, and wakes the canary when a request does. Each gateway Pod of such a canary costs one connection that is silent;
/// those of other canaries cost none. Thread-safe.
/// </summary>
/// <param name="gateways">Asks gateway Pods.</param>
/// <param name="time">Clock.</param>
public sealed class CanaryDemand(IGatewayReader gateways, TimeProvider time) : IDisposable
{
    /// <summary>Least time between two questions: an answer that is always there at once must not become a loop.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<NamespacedName, Waits> waits = new();

    /// <summary>Told with the key of each canary that somebody asks for.</summary>
    public KeySignal Changed { get; } = new();

    /// <summary>Waits upon these addresses from now on, and upon no others of the canary.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "It has no timer and no wait handle; whoever waits by it may still look at it when it is cancelled.")]
    public void Watch(NamespacedName canary, IReadOnlyList<string> addresses)
    {
        if (waits.TryGetValue(canary, out var before))
        {
            if (before.Addresses.SequenceEqual(addresses, StringComparer.Ordinal))
                return;
            if (waits.TryRemove(canary, out _))
                before.End.Cancel();
        }

        if (addresses.Count == 0)
            return;
        Waits begun = new(addresses, new());
        waits[canary] = begun;
        foreach (var address in addresses)
            _ = WaitAsync(canary, address, begun.End.Token);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in waits.Keys)
            Watch(key, []);
    }

    private async Task WaitAsync(NamespacedName canary, string address, CancellationToken ends)
    {
        try
        {
            while (true)
            {
                if (await gateways.WaitForDemandAsync(address, ends))
                    Changed.Tell(canary);
                await Task.Delay(Between, time, ends);
            }
        }
        catch (OperationCanceledException)
        {
            // The canary is awake, gone, or has other gateways.
        }
    }

    private sealed record Waits(IReadOnlyList<string> Addresses, CancellationTokenSource End);
}
