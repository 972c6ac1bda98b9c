using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>The cluster's side, and the invariants that hold at every decision.</summary>
internal sealed partial class ToyWorld
{
    private readonly Dictionary<string, string> others = new(StringComparer.Ordinal);

    private bool Apply(Intent intent) => intent switch
    {
        EnsureIntent<V1Deployment> d => Ensure(d.Desired),
        EnsureIntent<V1ConfigMap> m => Ensure(m.Desired),
        EnsureIntent<V1Service> s => Other("Service/" + s.Desired.Metadata.Name, JsonSerializer.Serialize(s.Desired, KubernetesDescriptors.Services.Type)),
        EnsureIntent<V1Secret> s => Other("Secret/" + s.Desired.Metadata.Name, JsonSerializer.Serialize(s.Desired, KubernetesDescriptors.Secrets.Type)),
        EnsureIntent<V1ServiceAccount> s => Other("ServiceAccount", s.Desired.Metadata.Name),
        EnsureIntent<V1Role> r => Other("Role", r.Desired.Metadata.Name),
        EnsureIntent<V1RoleBinding> r => Other("RoleBinding", r.Desired.Metadata.Name),
        RemoveIntent<V1Deployment> d => Remove(d.Key.Name),
        _ => throw new InvalidOperationException($"no such intent here: {intent}"),
    };

    private bool Other(string key, string content)
    {
        if (others.GetValueOrDefault(key) == content)
            return true;
        if (!Allowed())
            return false;
        others[key] = content;
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
        var fresh = old is null || Template(old) != Template(desired);
        var next = desired with
        {
            Metadata = desired.Metadata with { Uid = "uid-" + desired.Metadata.Name, Generation = (old?.Metadata.Generation ?? 0) + 1 },
            Status = old?.Status,
        };
        begun[desired.Metadata.Name] = Now;
        if (fresh && old is not null)
            Templates++;
        if (version is null)
            Gateway = next;
        else
            Deployments[version] = next;
        woken = true;
        return true;
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
            Assert.True(Now - served >= CanaryDefaults.ScaleDownDelay(Canary.Spec), $"T6: {version} is removed {(Now - served).TotalSeconds} s after its last traffic");
        Deployments.Remove(version);
        woken = true;
        return true;
    }

    private void Kubelet()
    {
        foreach (var (version, deployment) in Deployments.ToArray())
        {
            var next = Reported(deployment, BrokenPods.Contains(version));
            woken |= next != deployment;
            Deployments[version] = next;
        }

        if (Gateway is not null)
        {
            var next = Reported(Gateway, false);
            woken |= next != Gateway;
            Gateway = next;
        }
    }

    private V1Deployment Reported(V1Deployment deployment, bool broken)
    {
        var ready = Now - begun[deployment.Metadata.Name] >= TimeSpan.FromSeconds(StartSeconds);
        var replicas = deployment.Spec!.Replicas ?? 1;
        var available = broken ? 0 : ready ? replicas : Math.Min(replicas, deployment.Status?.AvailableReplicas ?? 0);
        var current = deployment.Status;
        return current?.AvailableReplicas == available && current.ObservedGeneration == deployment.Metadata.Generation
            ? deployment
            : deployment with { Status = new() { AvailableReplicas = available, UpdatedReplicas = ready ? replicas : available, ObservedGeneration = deployment.Metadata.Generation } };
    }

    /// <summary>The gateway takes the table of a second ago; clients and their truth follow it.</summary>
    private void Serve()
    {
        if (Gateway?.Status?.AvailableReplicas > 0 && arriving is not null && !GatewayDown)
            Served = JsonNode.Parse(arriving)!.AsObject();
        arriving = routes?.Data![RouteTable.Key];
        foreach (var arm in Arms())
        {
            // Of all clients two in a hundred send the header that a route may ask for.
            var served = RequestsPerSecond * (arm.Weight + (arm.Name == "canary" && Served?["headers"] is not null ? 2 : 0)) / 100;
            if (served == 0)
                continue;
            lastServed[arm.Version] = Now;
            var dead = Deployments.GetValueOrDefault(arm.Version) is not { Status.AvailableReplicas: > 0 };
            Failed5xx += dead ? (int)served : 0;
            var rmse = Rmse.GetValueOrDefault(arm.Version, 10);
            Traffic.Count(arm.Version, served, dead ? served : served * ErrorRate.GetValueOrDefault(arm.Version), dead ? 0 : served, dead ? 0 : served * rmse * rmse);
        }
    }

    internal IReadOnlyList<(string Name, string Version, int Weight)> Arms() =>
        [.. (Served?["arms"] as JsonArray ?? []).Select(a => ((string)a!["name"]!, (string)a["version"]!, (int)a["weight"]!))];

    /// <summary>T1 to T5 and T7, at every decision.</summary>
    private void Check(CanaryDeploymentStatus? before, CanaryDeploymentStatus after, CanaryObserved seen)
    {
        var previous = before?.Weights?.Canary ?? 0;
        var weight = after.Weights?.Canary ?? 0;
        Assert.InRange(weight, 0, 100);
        if (after.Weights is { } weights)
            Assert.Equal(100, weights.Stable + weights.Canary);
        if (after.CanaryVersion is null)
        {
            Assert.Equal(0, weight);
            Assert.True(CanaryRoutes.Same(new(), after.Weights ?? new()), "a route outlives its canary");
            return;
        }

        var canary = seen.Workloads.GetValueOrDefault(after.CanaryVersion);
        var stable = seen.Workloads.GetValueOrDefault(after.StableVersion!);
        var needed = CanaryScale.Replicas(Canary.Spec, before ?? after);
        Assert.True(canary is { Serving: > 0 } || weight == 0, $"T1: {weight} % for {after.CanaryVersion}, which has no Pod");
        Assert.True(canary is { Serving: > 0 } || CanaryRoutes.Same(new(), after.Weights!), $"T1: routes for {after.CanaryVersion}, which has no Pod");
        Assert.True(before?.CanaryVersion is null || after.Weights!.Headers is null || before.Weights!.Headers is not null || canary!.Available >= needed, "T2: a header route begins without all Pods");
        Assert.True(weight <= previous || canary!.Available >= needed, $"T2, T5: the weight rises to {weight} % with {canary?.Available} of {needed} Pods");
        Assert.True(stable is { Serving: > 0 } || weight == previous || weight == 0 || (weight == 100 && canary!.Available >= needed), $"T3: the weight moves from {previous} to {weight} % without stable Pods");
        if (before?.CanaryVersion is { } old && old != after.CanaryVersion)
            Assert.True(weight == 0 && after.Retiring!.Any(r => r.Version == old), $"T4: {after.CanaryVersion} takes the place of {old} at {weight} %");
        if (before?.CanaryVersion == after.CanaryVersion && after.StepIndex > before?.StepIndex)
        {
            var wanted = CanaryTraffic.Wanted(CanaryDefaults.StepsOf(Canary.Spec), before);
            Assert.Contains(Arms(), a => a.Version == after.CanaryVersion && a.Weight == (Canary.Spec.Paused ? a.Weight : wanted));
            var routes = CanaryRoutes.Wanted(CanaryDefaults.StepsOf(Canary.Spec), before);
            Assert.True(Canary.Spec.Paused || ((int?)Served!["mirror"]?["percentage"], (Served["headers"] as JsonArray)?.Count) == (routes.MirrorPercentage, routes.Headers?.Count), "T7: a step ends before its routes are served");
        }
    }

    /// <summary>What should be the same however often the operator died on the way.</summary>
    internal string EndState() => string.Join('\n', [
        $"{Status.Phase} {Status.Reason} stable={Status.StableVersion} canary={Status.CanaryVersion} rejected={Status.RejectedVersion}",
        $"decision={Status.LastDecision?.Action} {Status.LastDecision?.Reason} {Status.LastDecision?.Metric}",
        .. (Status.History ?? []).Select(h => $"{h.Version} {h.Outcome} {h.Reason} {h.Metric}"),
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
