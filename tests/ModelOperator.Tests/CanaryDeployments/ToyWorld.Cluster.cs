using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>The cluster's side, and the invariants that hold at every decision.</summary>
internal sealed partial class ToyWorld
{
    private const int DyingSeconds = 10;
    private const string Preview = "Service/prices-preview";

    private readonly Dictionary<string, DateTimeOffset> dying = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> others = new(StringComparer.Ordinal);

    private bool Apply(Intent intent) => intent switch
    {
        EnsureIntent<V1Deployment> d => Ensure(d.Desired),
        EnsureIntent<V1ConfigMap> m => Ensure(m.Desired),
        EnsureIntent<V1Service> s when router is not null && CanaryChildren.VersionOf(s.Desired) is null =>
            Router.Has(s.Desired) || (Allowed() && Router.Apply(s.Desired)),
        EnsureIntent<V1Service> s => Other("Service/" + s.Desired.Metadata.Name, JsonSerializer.Serialize(s.Desired, KubernetesDescriptors.Services.Type)),
        EnsureIntent<V1Secret> s => Other("Secret/" + s.Desired.Metadata.Name, JsonSerializer.Serialize(s.Desired, KubernetesDescriptors.Secrets.Type)),
        EnsureIntent<V1ServiceAccount> s => Other("ServiceAccount", s.Desired.Metadata.Name),
        EnsureIntent<V1Role> r => Other("Role", r.Desired.Metadata.Name),
        EnsureIntent<V1RoleBinding> r => Other("RoleBinding", r.Desired.Metadata.Name),
        RemoveIntent<V1Deployment> d => Remove(d.Key.Name),
        RemoveIntent<V1Service> s => Allowed() && (router is null ? others.Remove("Service/" + s.Key.Name) : Router.Services.Remove(s.Key.Name)),
        JsonPatchIntent<HttpRoute> p => !Router.Changes(p) || (Allowed() && Router.Apply(p)),
        JsonPatchIntent<VirtualService> p => !Router.Changes(p) || (Allowed() && Router.Apply(p)),
        EnsureIntent<V1Ingress> i => Router.Has(i.Desired) || (Allowed() && Router.Apply(i.Desired, Canary)),
        EnsureIntent<V1Job> j => Ensure(j.Desired),
        RemoveIntent<V1Job> j => RemoveJob(j.Key.Name),
        _ => throw new InvalidOperationException($"no such intent here: {intent}"),
    };

    /// <summary>The Service of the preview as it is; of the others nobody asks.</summary>
    private ImmutableArray<V1Service> Previews() =>
        others.TryGetValue(Preview, out var text) && JsonSerializer.Deserialize(text, KubernetesDescriptors.Services.Type) is { } service
            ? [service with { Metadata = service.Metadata with { Uid = "uid-preview" }, Spec = service.Spec! with { Selector = LatePreview is { } late ? CanaryWorkload.Selector("prices", late) : service.Spec.Selector } }]
            : [];

    /// <summary>Where the preview still leads although it is told otherwise; null when it does what it is told.</summary>
    internal string? LatePreview { get; set; }

    private bool Other(string key, string content)
    {
        if (others.GetValueOrDefault(key) == content)
            return true;
        if (!Allowed())
            return false;
        others[key] = content;
        woken |= key == Preview;
        return true;
    }

    private bool Ensure(V1ConfigMap desired)
    {
        if (routes?.Data![RouteTable.Key] == desired.Data![RouteTable.Key])
            return true;
        if (!Allowed())
            return false;
        routes = desired;
        return true;
    }

    private bool Ensure(V1Deployment desired)
    {
        var version = CanaryChildren.VersionOf(desired);
        var old = version is null ? Gateway : Deployments.GetValueOrDefault(version);
        var same = old is not null && Spec(old) == Spec(desired);
        if (same)
            return true;
        if (!Allowed())
            return false;
        if (version is not null && old?.Status?.AvailableReplicas > desired.Spec!.Replicas)
            dying[version] = Now;
        var fresh = old is null || Template(old) != Template(desired);
        var next = desired with
        {
            Metadata = desired.Metadata with { Uid = "uid-" + desired.Metadata.Name, Generation = (old?.Metadata.Generation ?? 0) + 1 },
            Status = old?.Status,
        };
        begun[desired.Metadata.Name] = Now;
        Assert.True(old is null || CanaryWorkload.FetchedDigest(old) == CanaryWorkload.FetchedDigest(desired), $"Pods of {version} are rolled onto other bytes");
        if (fresh && old is not null)
            Templates++;
        if (version is null)
            Gateway = next;
        else
            Deployments[version] = next;
        woken = true;
        return true;
    }

    private bool Ensure(V1Job desired)
    {
        Assert.False(Jobs.ContainsKey(desired.Metadata.Name), "a Job that exists is wanted again");
        if (!Allowed())
            return false;
        JobsMade.Add(desired.Metadata.Name);
        var owner = new V1OwnerReference { Uid = Canary.Metadata.Uid!, Controller = true, Name = Canary.Metadata.Name, Kind = Canary.Kind };
        Jobs[desired.Metadata.Name] = desired with { Metadata = desired.Metadata with { Uid = "uid-" + desired.Metadata.Name, OwnerReferences = [owner] } };
        begun[desired.Metadata.Name] = Now;
        woken = true;
        return true;
    }

    private bool RemoveJob(string name)
    {
        if (!Allowed())
            return false;
        Jobs.Remove(name);
        woken = true;
        return true;
    }

    /// <summary>Jobs of looks, running or ended.</summary>
    internal Dictionary<string, V1Job> Jobs { get; } = new(StringComparer.Ordinal);

    /// <summary>Every Job that was ever made.</summary>
    internal List<string> JobsMade { get; } = [];

    /// <summary>How Jobs end: Complete, Failed, or DeadlineExceeded; null: not at all.</summary>
    internal string? JobEnd { get; set; } = "Complete";

    private void EndJobs()
    {
        foreach (var (name, job) in Jobs.Where(pair => pair.Value.Status is null && Now - begun[pair.Key] >= TimeSpan.FromSeconds(StartSeconds)).ToArray())
        {
            if (JobEnd is not { } end)
                continue;
            Jobs[name] = job with
            {
                Status = new() { Conditions = [new() { Type = end == "Complete" ? end : "Failed", Status = "True", Reason = end == "DeadlineExceeded" ? end : "BackoffLimitExceeded", Message = "as asked" }] },
            };
            woken = true;
        }
    }

    /// <summary>Templates of running workloads that were replaced: restarts of Pods.</summary>
    internal int Templates { get; private set; }

    private static string Spec(V1Deployment deployment) =>
        JsonSerializer.Serialize(deployment with { Status = null, Metadata = new() { Name = deployment.Metadata.Name, Annotations = deployment.Metadata.Annotations } }, KubernetesDescriptors.Deployments.Type);

    internal static string Template(V1Deployment deployment) =>
        JsonSerializer.SerializeToNode(deployment, KubernetesDescriptors.Deployments.Type)!["spec"]!["template"]!.ToJsonString();

    private bool Remove(string name)
    {
        var version = Deployments.First(d => d.Value.Metadata.Name == name).Key;
        if (!Allowed())
            return false;
        // T6: the Pods stay until the traffic was seen to be gone and the delay is over.
        if (lastServed.TryGetValue(version, out var served))
            Assert.True(Now - served >= Shortest(Canary.Spec), $"T6: {version} is removed {(Now - served).TotalSeconds} s after its last traffic");
        Deployments.Remove(version);
        woken = true;
        return true;
    }

    private static TimeSpan Shortest(CanaryDeploymentSpec spec) => new[] { true, false }.Min(aborted => CanaryDefaults.ScaleDownDelay(spec, aborted));

    /// <summary>One Pod for each version that has some too many.</summary>
    private IEnumerable<V1Pod> Leaving() => dying.Select(pair => new V1Pod
    {
        Metadata = new()
        {
            Name = pair.Key + "-gone",
            Labels = new() { [ModelOperatorApi.VersionLabel] = pair.Key },
            DeletionTimestamp = pair.Value.AddSeconds(40),
            DeletionGracePeriodSeconds = 40,
        },
        Spec = new() { TerminationGracePeriodSeconds = 40 },
    });

    private void Kubelet()
    {
        foreach (var version in dying.Where(pair => Now - pair.Value >= TimeSpan.FromSeconds(DyingSeconds)).Select(pair => pair.Key).ToArray())
            woken |= dying.Remove(version);
        EndJobs();
        foreach (var (version, deployment) in Deployments.ToArray())
        {
            var next = Reported(deployment, BrokenPods.Contains(version) ? 0 : MostPods.GetValueOrDefault(version, int.MaxValue));
            woken |= next != deployment;
            Deployments[version] = next;
        }

        if (Gateway is not null)
        {
            var next = Reported(Gateway, int.MaxValue);
            woken |= next != Gateway;
            Gateway = next;
        }
    }

    private V1Deployment Reported(V1Deployment deployment, int most)
    {
        var ready = Now - begun[deployment.Metadata.Name] >= TimeSpan.FromSeconds(StartSeconds);
        var replicas = deployment.Spec!.Replicas ?? 1;
        var available = Math.Min(most, ready ? replicas : Math.Min(replicas, deployment.Status?.AvailableReplicas ?? 0));
        var current = deployment.Status;
        return current?.AvailableReplicas == available && current.ObservedGeneration == deployment.Metadata.Generation
            ? deployment
            : deployment with { Status = new() { AvailableReplicas = available, UpdatedReplicas = ready ? replicas : available, ObservedGeneration = deployment.Metadata.Generation } };
    }

    /// <summary>The gateway takes the table of a second ago; clients and their truth follow it.</summary>
    private void Serve()
    {
        if (router is not null)
        {
            woken |= router.Pass(Deployments, GatewayDown);
            Count(router.Shares(out var lost));
            Failed5xx += (int)(RequestsPerSecond * lost);
            return;
        }

        if (Gateway?.Status?.AvailableReplicas > 0 && arriving is not null && !GatewayDown)
            Served = JsonNode.Parse(arriving)!.AsObject();
        arriving = routes?.Data![RouteTable.Key];
        if (PreviewsPerSecond > 0 && Reaches("prices-preview") is { } preview && Deployments.GetValueOrDefault(preview) is { Status.AvailableReplicas: > 0 })
            Traffic.Count(preview, 0, 0, PreviewsPerSecond, PreviewsPerSecond * Math.Pow(Rmse.GetValueOrDefault(preview, 10), 2));
        if ((int?)Served?["mirror"]?["percentage"] is { } percentage && Arms() is [var stable, var shadow, ..])
            Copy(shadow.Version, RequestsPerSecond * stable.Weight * percentage / 10_000);
        // Of all clients two in a hundred send the header that a route may ask for.
        Count(Arms().Select(a => (a.Version, (a.Weight + (a.Name == "canary" && Served?["headers"] is not null ? 2 : 0)) / 100.0)));
    }

    private void Copy(string version, double copies)
    {
        lastServed[version] = Now;
        Traffic.CountCopies(version, copies, copies * (Deployments.GetValueOrDefault(version) is { Status.AvailableReplicas: > 0 } ? ErrorRate.GetValueOrDefault(version) : 1));
    }

    private void Count(IEnumerable<(string Version, double Share)> shares)
    {
        foreach (var (version, share) in shares.Where(s => s.Share > 0))
        {
            var served = RequestsPerSecond * share;
            lastServed[version] = Now;
            var dead = Deployments.GetValueOrDefault(version) is not { Status.AvailableReplicas: > 0 };
            Failed5xx += dead ? (int)served : 0;
            var rmse = Rmse.GetValueOrDefault(version, 10);
            Traffic.Count(version, served, dead ? served : served * Math.Min(1, ErrorRate.GetValueOrDefault(version) + (dying.ContainsKey(version) ? DyingErrors : 0)), dead ? 0 : served, dead ? 0 : served * rmse * rmse);
            // Every request is another user's; who gets an error does not buy.
            if (Served?["experiment"]?["id"] is not null)
                Traffic.CountUsers(version, served, dead ? 0 : served * Conversion.GetValueOrDefault(version, 0.1), Basket.GetValueOrDefault(version, 20));
        }
    }

    /// <summary>Version that a Service of this name reaches; null when there is none.</summary>
    internal string? Reaches(string service) =>
        others.TryGetValue("Service/" + service, out var text) ? (string?)JsonNode.Parse(text)!["spec"]!["selector"]![ModelOperatorApi.VersionLabel] : null;

    internal IReadOnlyList<(string Name, string Version, int Weight)> Arms() => router is not null
        ? [.. router.Shares(out _).Select(s => (s.Version == Status.CanaryVersion ? "canary" : "stable", s.Version, (int)Math.Round(100 * s.Share)))]
        : [.. (Served?["arms"] as JsonArray ?? []).Select(a => ((string)a!["name"]!, (string)a["version"]!, (int)a["weight"]!))];

    /// <summary>T1 to T5 and T7, at every decision.</summary>
    private void Check(CanaryDeploymentStatus? before, CanaryDeploymentStatus after, CanaryObserved seen)
    {
        var weight = after.Weights?.Canary ?? 0;
        Assert.InRange(weight, 0, 100);
        if (Canary.Spec.Suspend)
        {
            Assert.Equal((before?.Weights?.Canary ?? 0, before?.CanaryVersion, before?.StableVersion), (weight, after.CanaryVersion, after.StableVersion));
            return;
        }

        if (after.Weights is { } weights)
            Assert.Equal(100, weights.Stable + weights.Canary);
        if (weight == 0 && before is { Weights.Canary: > 0 } && before.StableVersion == after.StableVersion && CanaryDefaults.StableReplicas(Canary.Spec) > 0)
            Assert.True(seen.Workloads.GetValueOrDefault(after.StableVersion!) is { Serving: > 0 } || CanaryArms.Of(before).All(arm => arm.Weight == 0 || seen.Workloads.GetValueOrDefault(arm.Version) is not { Serving: > 0 }),
                $"T3: traffic goes back to {after.StableVersion}, which has no Pod");
        if (after.CanaryVersion is null)
        {
            Assert.Equal(0, weight);
            Assert.True(CanaryRoutes.Same(new(), after.Weights ?? new()), "a route outlives its canary");
            return;
        }

        var stable = seen.Workloads.GetValueOrDefault(after.StableVersion!);
        foreach (var arm in CanaryArms.Of(after))
            Check(arm, before?.CanaryVersion is null ? after : before, CanaryArms.Of(before).FirstOrDefault(a => a.Version == arm.Version)?.Weight ?? 0, seen.Workloads.GetValueOrDefault(arm.Version), stable);
        var canary = seen.Workloads.GetValueOrDefault(after.CanaryVersion);
        Assert.True(canary is { Serving: > 0 } || CanaryRoutes.Same(new(), after.Weights!), $"T1: routes for {after.CanaryVersion}, which has no Pod");
        Assert.True(before?.CanaryVersion is null || after.Weights!.Headers is null || before.Weights!.Headers is not null || canary!.Available >= CanarySize.Replicas(Canary.Spec, before), "T2: a header route begins without all Pods");
        if (before?.CanaryVersion is { } old && old != after.CanaryVersion)
            Assert.True(weight == 0 && CanaryArms.Versions(before).All(v => CanaryArms.Versions(after).Contains(v) || after.Retiring!.Any(r => r.Version == v)), $"T4: {after.CanaryVersion} takes the place of {old} at {weight} %");
        if (before?.CanaryVersion == after.CanaryVersion && after.StepIndex > before?.StepIndex)
        {
            var wanted = CanaryTraffic.Wanted(CanaryDefaults.StepsOf(Canary.Spec), before);
            var held = Canary.Spec.Paused || before.PausedAt is not null;
            // Istio and nginx do not say when their proxies have it: their object is what counts.
            if (router?.SaidWeight is { } said)
                Assert.True(held || said == wanted, $"T7: a step of {wanted} % ends at {said} %");
            else
                Assert.All(CanaryArms.Of(before), arm => Assert.True(held || Math.Abs(
                    Arms().Where(a => a.Version == arm.Version).Sum(a => a.Weight) - (before.Experiment?.Arms.First(t => t.Name == arm.Name).Share ?? wanted)) <= (Canary.Spec.TrafficRouting?.Replicas?.Tolerance ?? 0),
                    $"T7: a step of {wanted} % ends before {arm.Version} has it"));
            var routes = CanaryRoutes.Wanted(CanaryDefaults.StepsOf(Canary.Spec), before);
            Assert.True(held || router is not null || ((int?)Served!["mirror"]?["percentage"], (Served["headers"] as JsonArray)?.Count) == (routes.MirrorPercentage, routes.Headers?.Count), "T7: a step ends before its routes are served");
        }
    }

    /// <summary>T1 to T3 and T5 for one version under test.</summary>
    private void Check(CanaryArm arm, CanaryDeploymentStatus status, int previous, WorkloadView? workload, WorkloadView? stable)
    {
        var needed = CanaryArms.Replicas(Canary.Spec, status, arm);
        Assert.True(workload is { Serving: > 0 } || arm.Weight == 0, $"T1: {arm.Weight} % for {arm.Version}, which has no Pod");
        Assert.True(arm.Weight <= previous || workload!.Available >= needed, $"T2, T5: the weight of {arm.Version} rises to {arm.Weight} % with {workload?.Available} of {needed} Pods");
        Assert.True(stable is { Serving: > 0 } || arm.Weight == previous || arm.Weight == 0 || (arm.Weight == 100 && workload!.Available >= needed), $"T3: the weight of {arm.Version} moves from {previous} to {arm.Weight} % without stable Pods");
    }

    /// <summary>What should be the same however often the operator died on the way.</summary>
    internal string EndState() => string.Join('\n', [
        $"{Status.Phase} {Status.Reason} stable={Status.StableVersion} canary={Status.CanaryVersion} rejected={Status.RejectedVersion}",
        $"decision={Status.LastDecision?.Action} {Status.LastDecision?.Reason} {Status.LastDecision?.Metric}",
        .. (Status.History ?? []).Select(h => $"{h.Version} {h.Outcome} {h.Reason} {h.Metric}"),
        $"winner={Status.Experiment?.Winner}",
        $"retiring={Status.Retiring?.Count ?? 0}",
        .. Deployments.Keys.Order(StringComparer.Ordinal).Select(v => $"{v} x{Deployments[v].Spec!.Replicas}"),
        .. Arms().Select(a => $"{a.Name} {a.Version} {a.Weight}"),
    ]);

    /// <summary>Nothing more to do: without traffic, a minute of looks, forced ones every second, writes nothing.</summary>
    internal async Task AssertQuietAsync(int seconds = 60)
    {
        var traffic = RequestsPerSecond;
        RequestsPerSecond = 0;
        await PassAsync(30);
        var writes = Writes;
        var text = JsonSerializer.Serialize(Status, CanaryDeploymentsJson.Default.CanaryDeploymentStatus);
        for (var i = 0; i < seconds; i++)
        {
            Wake();
            await PassAsync(1);
        }

        Assert.Equal(text, JsonSerializer.Serialize(Status, CanaryDeploymentsJson.Default.CanaryDeploymentStatus));
        Assert.Equal(writes, Writes);
        RequestsPerSecond = traffic;
    }
}
