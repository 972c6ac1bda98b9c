using System.Collections.Concurrent;
using System.Collections.Immutable;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// What the gateways of canaries with an autoscaler have counted, between looks. In memory: after a restart of the operator averages begin anew, and until they are whole
/// nothing is scaled down. Thread-safe: one canary is looked at by one pass at a time.
/// </summary>
public sealed class CanaryLoads
{
    /// <summary>Time that averages are of.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    /// <summary>Looks are some seconds apart, so a window that is a little shorter counts as whole.</summary>
    private static readonly TimeSpan Covered = TimeSpan.FromSeconds(45);

    /// <summary>Time that a sudden rise is seen in.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(6);

    private readonly ConcurrentDictionary<NamespacedName, History> known = new();

    /// <summary>Takes the gateways' reports in; null for a canary without an autoscaler.</summary>
    public CanaryLoad? Look(V1CanaryDeployment canary, ImmutableArray<GatewayReport> gateways, DateTimeOffset now)
    {
        if (canary.Spec.Server?.Autoscale is not { } autoscale)
        {
            Forget(canary.Key);
            return null;
        }

        var history = known.GetOrAdd(canary.Key, static _ => new());
        var loads = gateways.Where(static g => g.Load is not null).ToDictionary(static g => g.Pod, static g => g.Load!, StringComparer.Ordinal);
        var load = new CanaryLoad
        {
            Answered = gateways.Length > 0 && loads.Count == gateways.Length,
            InFlight = loads.Values.Sum(static l => l.InFlight),
            Held = loads.Values.Sum(static l => l.Held),
            Idle = TimeSpan.FromSeconds(loads.Count == 0 ? 0 : loads.Values.Min(static l => l.IdleSeconds)),
            Asked = loads.Values.Any(static l => l.Requests > 0),
            Peak = history.Peak(now, TimeSpan.FromSeconds(autoscale.ScaleDownSeconds)),
        };
        return load.Answered ? history.Add(load, loads, now) : load;
    }

    /// <summary>Remembers how many replicas a look asked for.</summary>
    public void Remember(V1CanaryDeployment canary, int? wanted, DateTimeOffset now)
    {
        if (wanted is { } replicas && known.TryGetValue(canary.Key, out var history))
            history.Want(replicas, now);
    }

    /// <summary>Forgets an object that is gone.</summary>
    public void Forget(NamespacedName canary) => known.TryRemove(canary, out _);

    private sealed class History
    {
        private readonly List<(DateTimeOffset At, Dictionary<string, GatewayLoad> Loads)> samples = [];

        /// <summary>Falling: an older number that is not larger than a younger one is never the largest.</summary>
        private readonly List<(DateTimeOffset At, int Replicas)> wanted = [];
        private DateTimeOffset? since;

        public int? Peak(DateTimeOffset now, TimeSpan window)
        {
            wanted.RemoveAll(want => now - want.At > window);
            return since is not { } begun || now - begun < window ? null : wanted.Count > 0 ? wanted[0].Replicas : 0;
        }

        public void Want(int replicas, DateTimeOffset now)
        {
            since ??= now;
            wanted.RemoveAll(want => want.Replicas <= replicas);
            wanted.Add((now, replicas));
        }

        public CanaryLoad Add(CanaryLoad load, Dictionary<string, GatewayLoad> loads, DateTimeOffset now)
        {
            // Other Pods, or one that began anew: what the ones before have counted since is lost, and the averages begin anew.
            if (samples is [.., var last] && (last.Loads.Count != loads.Count || loads.Any(pair => !(last.Loads.GetValueOrDefault(pair.Key) is { } old && old.Requests <= pair.Value.Requests && old.BusySeconds <= pair.Value.BusySeconds))))
                samples.Clear();
            samples.RemoveAll(sample => now - sample.At > Window);
            var (rate, work) = Rates(samples.FirstOrDefault(), loads, now);
            var (recentRate, recentWork) = Rates(samples.LastOrDefault(sample => now - sample.At >= Recent), loads, now);
            var whole = samples.Count > 0 && now - samples[0].At >= Covered;
            if (samples.Count == 0 || now > samples[^1].At)
                samples.Add((now, loads));
            return load with { Whole = whole, RequestsPerSecond = rate, Concurrency = work, RecentRequestsPerSecond = recentRate, RecentConcurrency = recentWork };
        }

        private static (double Rate, double Work) Rates((DateTimeOffset At, Dictionary<string, GatewayLoad>? Loads) from, Dictionary<string, GatewayLoad> to, DateTimeOffset now)
        {
            var seconds = (now - from.At).TotalSeconds;
            return from.Loads is not { } loads || seconds <= 0 ? (0, 0)
                : (to.Sum(pair => pair.Value.Requests - loads[pair.Key].Requests) / seconds, to.Sum(pair => pair.Value.BusySeconds - loads[pair.Key].BusySeconds) / seconds);
        }
    }
}
