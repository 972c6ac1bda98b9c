using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.Serving;

/// <summary>
/// The Pods that serve, and those that did and are not booked to their end yet. Living ones are read from the cache; of those that go, the cache's word is kept.
/// Thread-safe for <see cref="Observe"/>; all else is for one pass at a time.
/// </summary>
/// <param name="pods">Pods of ours.</param>
/// <param name="canaries">CanaryDeployments, for what a gateway's labels do not say.</param>
/// <param name="time">Clock.</param>
public sealed class ServingPods(IStore<V1Pod> pods, IStore<V1CanaryDeployment> canaries, TimeProvider time)
{
    /// <summary>Most Pods that went and wait for a pass; a replica that never leads keeps the newest.</summary>
    public const int MostGone = 10_000;

    private readonly Queue<ServingPod> gone = [];
    private readonly Lock gate = new();
    private Dictionary<string, ServingPod> known = new(StringComparer.Ordinal);

    /// <summary>Whether absence means something.</summary>
    public bool HaveSynced => pods.HasSynced && canaries.HasSynced;

    /// <summary>Looks at a change of a Pod.</summary>
    /// <param name="change">Change.</param>
    /// <returns>False: no change makes a pass, which has its own time.</returns>
    public bool Observe(CacheChange<V1Pod> change)
    {
        if (change.Old is { } old && change.New?.Metadata.Uid != old.Metadata.Uid && ServingPodReader.Of(old, time.GetUtcNow()) is { } pod)
        {
            lock (gate)
            {
                gone.Enqueue(pod with { End = pod.End ?? pod.SeenAt });
                if (gone.Count > MostGone)
                    gone.Dequeue();
            }
        }

        return false;
    }

    /// <summary>All Pods that may have time that is not booked: living ones as they are now, and those that went, with their ends.</summary>
    public IReadOnlyList<ServingPod> Read()
    {
        var now = time.GetUtcNow();
        var before = known;
        known = before.Values.ToDictionary(static p => p.Uid, static p => p with { End = p.End ?? p.SeenAt }, StringComparer.Ordinal);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        lock (gate)
        {
            while (gone.TryDequeue(out var pod))
                Put(pod, before, texts);
        }

        foreach (var pod in pods.List().Select(p => ServingPodReader.Of(p, now)).OfType<ServingPod>())
            Put(pod, before, texts);
        return [.. known.Values.OrderBy(static p => p.Uid, StringComparer.Ordinal)];
    }

    /// <summary>Takes in Pods that an earlier process knew; what is known here counts more.</summary>
    public void Adopt(IEnumerable<ServingPod> earlier)
    {
        foreach (var pod in earlier)
            known.TryAdd(pod.Uid, pod);
    }

    /// <summary>The Prometheus that a canary names; null when it names none.</summary>
    public string? PrometheusOf(string space, string canary) => canaries.Get(space, canary) is { } found ? CanaryProviders.Address(found.Spec) : null;

    /// <summary>Forgets a Pod whose time is booked.</summary>
    public void Forget(string uid) => known.Remove(uid);

    private void Put(ServingPod pod, Dictionary<string, ServingPod> before, Dictionary<string, string> texts)
    {
        var canary = canaries.Get(pod.Namespace, pod.Canary);
        var last = before.GetValueOrDefault(pod.Uid);
        known[pod.Uid] = pod with
        {
            Namespace = One(pod.Namespace),
            Canary = One(pod.Canary),
            Component = One(pod.Component),
            Model = One(Known(pod.Model, canary?.Spec.Model, last?.Model)),
            Version = One(Known(pod.Version, canary?.Status?.StableVersion, last?.Version)),
        };

        // Each Pod that is read brings its own text of what it shares with thousands.
        string One(string text) => texts.TryAdd(text, text) ? text : texts[text];
    }

    private static string Known(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
        {
            if (!string.IsNullOrEmpty(name))
                return name;
        }

        return "";
    }
}
