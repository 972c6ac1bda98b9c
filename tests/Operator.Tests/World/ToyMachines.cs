using System.Collections.Concurrent;
using System.Globalization;
using ModelOperator.Kubernetes;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests.World;

/// <summary>
/// Node objects without kubelets on a real server: this class sends their heartbeats, until one is killed. The server's own scheduler puts Pods
/// on them, one each, and its own controllers find out when a heartbeat stops.
/// </summary>
internal sealed class ToyMachines : IAsyncDisposable
{
    private readonly IKubernetesClient client;
    private readonly string pool = $"pool-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly ConcurrentDictionary<string, bool> alive = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource ending = new();
    private readonly Task beating;

    internal ToyMachines(IKubernetesClient client)
    {
        this.client = client;
        beating = Task.Run(BeatAsync);
    }

    /// <summary>Puts Pods of a run on these machines and nowhere else, and lets them go a second after their machine fell silent.</summary>
    internal TrainingPodTemplate Template => new()
    {
        NodeSelector = new Dictionary<string, string> { ["toy-pool"] = pool },
        Tolerations =
        [
            new V1Toleration { Key = "toy-pool", OperatorProperty = "Exists", Effect = "NoSchedule" },
            new V1Toleration { Key = "node.kubernetes.io/unreachable", OperatorProperty = "Exists", Effect = "NoExecute", TolerationSeconds = 1 },
            new V1Toleration { Key = "node.kubernetes.io/not-ready", OperatorProperty = "Exists", Effect = "NoExecute", TolerationSeconds = 1 },
        ],
    };

    /// <summary>True for a Pod that has found a machine which is alive.</summary>
    internal bool LookAfter(V1Pod pod) => pod.Spec?.NodeName is { } node && alive.TryGetValue(node, out var lives) && lives;

    internal void Kill(string name) => alive[name] = false;

    internal async Task<string> AddAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{pool}-{alive.Count}");
        // Tainted from its birth: the server's controllers put their own taints beside those of a copy that may be old, and what came later would be lost.
        var body = $$$"""
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{name}}}","labels":{"toy-pool":"{{{pool}}}"}},
             "spec":{"taints":[{"key":"toy-pool","effect":"NoSchedule"}]}}
            """;
        await client.ApplyAsync(KubernetesDescriptors.Nodes, name, null, System.Text.Encoding.UTF8.GetBytes(body), new ApplyOptions { FieldManager = "operator-tests" }, CancellationToken.None);
        alive[name] = true;
        await BeatOnceAsync(name);
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await beating;
        foreach (var name in alive.Keys)
            await client.DeleteAsync(KubernetesDescriptors.Nodes, name, null, null, CancellationToken.None);
        ending.Dispose();
    }

    private async Task BeatAsync()
    {
        try
        {
            while (true)
            {
                foreach (var (name, lives) in alive)
                {
                    if (lives)
                        await TryBeatAsync(name);
                }

                await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    /// <summary>As a kubelet: a server that does not take one beat gets the next.</summary>
    private async Task TryBeatAsync(string name)
    {
        try
        {
            await BeatOnceAsync(name);
        }
        catch (Exception missed) when (missed is KubernetesException or HttpRequestException or TimeoutException or IOException)
        {
            // Five seconds later.
        }
    }

    private async Task BeatOnceAsync(string name)
    {
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var merge = $$$"""
            {"status":{"capacity":{"cpu":"3","memory":"8Gi","pods":"10"},"allocatable":{"cpu":"3","memory":"8Gi","pods":"10"},
             "conditions":[{"type":"Ready","status":"True","reason":"KubeletReady","message":"toy","lastHeartbeatTime":"{{{now}}}","lastTransitionTime":"{{{now}}}"}]}}
            """;
        await client.PatchAsync(
            KubernetesDescriptors.Nodes, name, null, PatchKind.Merge, System.Text.Encoding.UTF8.GetBytes(merge), new PatchOptions { Subresource = "status" }, CancellationToken.None);
    }
}
