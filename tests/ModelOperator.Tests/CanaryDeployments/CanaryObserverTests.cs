using ModelOperator.CanaryDeployments;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.ModelVersions;
using ModelOperator.Tests.Registry;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Whose word on the weights counts.</summary>
public sealed class CanaryObserverTests : IGatewayReader, IDisposable
{
    private readonly KubernetesClient client = new(new() { Host = new Uri("http://127.0.0.1:9") }, new(), TimeProvider.System, new Random(1));
    private readonly MemoryStore<V1Pod> pods = new([.. CanaryIndexes.Pods.Indexes]);
    private readonly Dictionary<string, GatewayReport> answers = new(StringComparer.Ordinal);

    public void Dispose() => client.Dispose();

    public Task<GatewayReport> ReadAsync(string pod, string address, CancellationToken cancellationToken) =>
        Task.FromResult(answers.GetValueOrDefault(pod) ?? new(pod, null, "no answer within 2 s"));

    private void Pod(string name, bool ready = true, bool leaving = false, string phase = "Running", string? revision = null)
    {
        pods.Put(new()
        {
            Metadata = new() { Name = name, NamespaceProperty = "shop", Labels = CanaryGateway.Selector("prices"), DeletionTimestamp = leaving ? Start : null },
            Status = new() { Phase = phase, PodIP = "10.0.0.1", Conditions = [new() { Type = "Ready", Status = ready ? "True" : "False" }] },
        });
        if (revision is not null)
            answers[name] = new(name, revision);
    }

    private async Task<IEnumerable<string>> ReportsAsync() =>
        (await ObserveAsync(Of(Spec()))).Gateways.Select(g => $"{g.Pod} {g.Revision ?? g.Error}").Order(StringComparer.Ordinal);

    private async Task<CanaryObserved> ObserveAsync(V1CanaryDeployment canary, params V1ModelVersion[] known)
    {
        var versions = new MemoryStore<V1ModelVersion>();
        foreach (var version in known)
            versions.Put(version);
        var services = Store<V1Service>();
        // Ours, so that nobody asks the server.
        services.Put(new() { Metadata = new() { Name = "prices", NamespaceProperty = "shop", OwnerReferences = [canary.ToControllerReference()] } });
        var traffic = new ToyTraffic(() => Start);
        var observer = new CanaryObserver(
            new MemoryStore<V1CanaryDeployment>([.. CanaryIndexes.Canaries.Indexes]), versions, Store<V1Deployment>(), services, Store<V1Secret>(), Store<V1Job>(), pods,
            client, new ToyRouter(RouterKind.GatewayApi).Reader, this, new(traffic, Options), new(new ToyHooks()));
        return await observer.ObserveAsync(canary, Start, CancellationToken.None);
    }

    private static MemoryStore<T> Store<T>()
        where T : class, IKubernetesObject => new(StoreIndex<T>.ByOwnerUid);

    [Theory]
    [InlineData('a', 'a', true)]
    [InlineData('a', 'b', false)]
    public async Task A_version_whose_digest_was_changed_since_it_was_verified_is_not_ready_to_be_served(char verified, char digest, bool ready)
    {
        var canary = Of(Spec());
        var (was, now) = ("sha256:" + new string(verified, 64), "sha256:" + new string(digest, 64));
        var seen = await ObserveAsync(canary, new V1ModelVersion
        {
            Metadata = new() { Name = canary.Spec.VersionRef.Name, NamespaceProperty = canary.Metadata.NamespaceProperty },
            Spec = new() { Model = canary.Spec.Model, Artifact = new() { Uri = "modelop://" + now, Digest = now } },
            Status = new() { Phase = ModelVersionPhase.Ready, VerifiedDigest = was },
        });
        Assert.Equal(ready, seen.Versions[canary.Spec.VersionRef.Name].Ready);
    }

    [Fact]
    public async Task A_gateway_pod_that_is_going_counts_as_long_as_it_answers()
    {
        Pod("new", revision: "v1:b");
        Pod("draining", ready: false, leaving: true, revision: "v1:a");
        Pod("gone", ready: false, leaving: true);
        Pod("ended", leaving: true, phase: "Succeeded", revision: "v1:a");
        Pod("starting", ready: false, revision: "v1:b");
        Assert.Equal(["draining v1:a", "new v1:b"], await ReportsAsync());
    }

    [Fact]
    public async Task A_ready_pod_that_does_not_answer_counts_and_pods_that_are_going_are_not_enough()
    {
        Pod("draining", leaving: true, revision: "v1:a");
        Assert.Empty(await ReportsAsync());
        Pod("mute");
        Assert.Equal(["draining v1:a", "mute no answer within 2 s"], await ReportsAsync());
    }
}
