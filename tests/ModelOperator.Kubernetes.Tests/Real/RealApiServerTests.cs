using System.Text;

namespace ModelOperator.Kubernetes.Tests;

public sealed class RealApiServerTests : IAsyncLifetime, IDisposable
{
    private static readonly EntityDescriptor<V1ConfigMap> Maps = KubernetesDescriptors.ConfigMaps;

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(5));
    private readonly string _space = $"client-test-{Guid.NewGuid():N}";
    private KubernetesClient? _client;

    private CancellationToken Token => _limit.Token;

    private KubernetesClient Client => _client ??= RealCluster.NewClient();

    public async Task InitializeAsync()
    {
        if (RealCluster.KubeConfig is not null)
            await Client.CreateAsync(KubernetesDescriptors.Namespaces, new V1Namespace { Metadata = new() { Name = _space } }, null, Token);
    }

    public async Task DisposeAsync()
    {
        if (_client is not null && RealCluster.KubeConfig is not null)
            await Client.DeleteAsync(KubernetesDescriptors.Namespaces, _space, null, null, Token);
    }

    public void Dispose()
    {
        _client?.Dispose();
        _limit.Dispose();
    }

    [RealClusterFact]
    public async Task Discovery_finds_the_versions_that_differ_between_servers()
    {
        var api = await Client.DiscoverAsync(refresh: false, Token);
        Assert.NotNull(api.ChooseVersion("policy", "poddisruptionbudgets", "v1", "v1beta1"));
        Assert.True(api.Serves("coordination.k8s.io", "v1", "leases"));
        Assert.StartsWith("v1.", (await Client.GetVersionAsync(Token)).GitVersion, StringComparison.Ordinal);
    }

    [RealClusterFact]
    public async Task Every_built_in_kind_lists()
    {
        await Client.ListAllAsync(KubernetesDescriptors.Pods, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.Services, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.Secrets, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.ServiceAccounts, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.Nodes, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.PersistentVolumeClaims, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.Deployments, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.Roles, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.RoleBindings, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.NetworkPolicies, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.Leases, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.Events, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.ValidatingWebhookConfigurations, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.MutatingWebhookConfigurations, null, null, Token);
        await Client.ListAllAsync(KubernetesDescriptors.CustomResourceDefinitions, null, null, Token);
        var version = (await Client.DiscoverAsync(false, Token)).ChooseVersion("policy", "poddisruptionbudgets", "v1", "v1beta1")!;
        await Client.ListAllAsync(KubernetesDescriptors.PodDisruptionBudgets with { Version = version }, null, null, Token);
    }

    [RealClusterFact]
    public async Task Apply_drops_what_its_manager_drops_and_a_repeat_writes_nothing()
    {
        await ApplyAsync("one", """{"a":"1","b":"2"}""");
        await ApplyAsync("two", """{"c":"3"}""");
        var first = await ApplyAsync("one", """{"a":"1"}""");
        Assert.Equal(["a", "c"], first.Data!.Keys.Order());
        var again = await ApplyAsync("one", """{"a":"1"}""");
        Assert.Equal(first.Metadata.ResourceVersion, again.Metadata.ResourceVersion);
        var conflict = await Assert.ThrowsAsync<KubernetesException>(() => ApplyAsync("two", """{"a":"9"}""", force: false));
        Assert.True(conflict.IsConflict);
        var resurrect = await Assert.ThrowsAsync<KubernetesException>(() => ApplyAsync("one", "{}", uid: "11111111-1111-1111-1111-111111111111"));
        Assert.True(resurrect.IsInvalid);
        await Client.DeleteAsync(Maps, "m", _space, null, Token);
        var gone = await Assert.ThrowsAsync<KubernetesException>(() => ApplyAsync("one", "{}", uid: "11111111-1111-1111-1111-111111111111"));
        Assert.True(gone.IsConflict);
    }

    [RealClusterFact]
    public async Task Watch_resumes_from_the_version_of_a_list()
    {
        var list = await Client.ListAllAsync(Maps, _space, null, Token);
        await ApplyAsync("one", """{"a":"1"}""");
        await Client.DeleteAsync(Maps, "m", _space, null, Token);
        var seen = new List<WatchEventType>();
        await foreach (var next in Client.WatchAsync(Maps, _space, list.Metadata.ResourceVersion, new() { FieldSelector = "metadata.name=m" }, Token))
        {
            seen.Add(next.Type);
            if (next.Type == WatchEventType.Deleted)
                break;
        }

        Assert.Equal([WatchEventType.Added, WatchEventType.Deleted], seen.Where(t => t != WatchEventType.Bookmark));
    }

    [RealClusterFact]
    public async Task A_watch_ends_by_itself_after_its_timeout()
    {
        await foreach (var next in Client.WatchAsync(Maps, _space, null, new() { Timeout = TimeSpan.FromSeconds(1), FieldSelector = "metadata.name=none" }, Token))
            Assert.Equal(WatchEventType.Bookmark, next.Type);
    }

    [RealClusterFact]
    public async Task Pages_conflicts_patches_and_preconditions_behave_as_on_the_fake()
    {
        for (var i = 0; i < 5; i++)
            await Client.CreateAsync(Maps, New($"p{i}"), null, Token);
        var all = await Client.ListAllAsync(Maps, _space, new ListOptions { Limit = 2 }, Token);
        Assert.True(all.Items.Count >= 5);
        var taken = await Assert.ThrowsAsync<KubernetesException>(() => Client.CreateAsync(Maps, New("p0"), null, Token));
        Assert.True(taken.IsAlreadyExists);

        var old = (await Client.GetAsync(Maps, "p0", _space, Token))!;
        await Client.ReplaceAsync(Maps, old with { Data = new() { ["x"] = "y" } }, null, Token);
        var stale = await Assert.ThrowsAsync<KubernetesException>(() => Client.ReplaceAsync(Maps, old, null, Token));
        Assert.True(stale.IsConflict);
        var test = await Assert.ThrowsAsync<KubernetesException>(() =>
            Client.PatchAsync(Maps, "p0", _space, PatchKind.Json, """[{"op":"test","path":"/data/x","value":"no"}]"""u8.ToArray(), null, Token));
        Assert.True(test.IsInvalid);
        var wrong = new DeleteOptions { Preconditions = new() { Uid = "11111111-1111-1111-1111-111111111111" } };
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => Client.DeleteAsync(Maps, "p0", _space, wrong, Token));
        Assert.True(refused.IsConflict);
        Assert.True(await Client.DeleteAsync(Maps, "p0", _space, null, Token));
        Assert.False(await Client.DeleteAsync(Maps, "p0", _space, null, Token));
        Assert.Null(await Client.GetAsync(Maps, "p0", _space, Token));
    }

    [RealClusterFact]
    public async Task Leases_keep_microseconds_and_events_are_accepted()
    {
        var now = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1234560);
        var lease = new V1Lease { Metadata = new() { Name = "l", NamespaceProperty = _space }, Spec = new() { HolderIdentity = "me", RenewTime = now, LeaseDurationSeconds = 15 } };
        var created = await Client.CreateAsync(KubernetesDescriptors.Leases, lease, null, Token);
        Assert.Equal(now, created.Spec!.RenewTime!.Value.Value);
        await Client.CreateAsync(KubernetesDescriptors.Events, new EventsV1Event
        {
            Metadata = new() { Name = "e", NamespaceProperty = _space },
            EventTime = now,
            Type = "Normal",
            Reason = "Tested",
            Action = "Test",
            ReportingController = "modeloperator.io/test",
            ReportingInstance = "test",
            Regarding = new() { ApiVersion = "v1", Kind = "ConfigMap", Name = "m", NamespaceProperty = _space },
        }, null, Token);
    }

    [RealClusterFact]
    public async Task Token_requests_and_reviews_round_trip()
    {
        var accounts = KubernetesDescriptors.ServiceAccounts;
        await Client.CreateAsync(accounts, new V1ServiceAccount { Metadata = new() { Name = "sa", NamespaceProperty = _space } }, null, Token);
        var token = await Client.CreateSubresourceAsync(
            accounts, "sa", _space, "token", new V1TokenRequest { Spec = new() { ExpirationSeconds = 600 } },
            KubernetesJson.Default.V1TokenRequest, KubernetesJson.Default.V1TokenRequest, Token);
        var review = await Client.PostAsync(
            "/apis/authentication.k8s.io/v1/tokenreviews", new V1TokenReview { Spec = new() { Token = token.Status!.Token } },
            KubernetesJson.Default.V1TokenReview, KubernetesJson.Default.V1TokenReview, Token);
        Assert.Equal($"system:serviceaccount:{_space}:sa", review.Status!.User!.Username);
        var access = await Client.PostAsync(
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            new V1SubjectAccessReview { Spec = new() { User = review.Status.User.Username, ResourceAttributes = new() { Verb = "delete", Resource = "nodes" } } },
            KubernetesJson.Default.V1SubjectAccessReview, KubernetesJson.Default.V1SubjectAccessReview, Token);
        Assert.False(access.Status!.Allowed);
    }

    [RealClusterFact]
    public async Task A_stale_status_write_of_a_deployment_is_a_conflict()
    {
        var labels = new Dictionary<string, string> { ["app"] = "x" };
        var deployment = await Client.CreateAsync(KubernetesDescriptors.Deployments, new V1Deployment
        {
            Metadata = new() { Name = "d", NamespaceProperty = _space },
            Spec = new()
            {
                Replicas = 0,
                Selector = new() { MatchLabels = labels },
                Template = new() { Metadata = new() { Labels = labels }, Spec = new() { Containers = [new() { Name = "c", Image = "i" }] } },
            },
        }, null, Token);
        await Client.PatchAsync(KubernetesDescriptors.Deployments, "d", _space, PatchKind.Merge, """{"metadata":{"labels":{"a":"b"}}}"""u8.ToArray(), null, Token);
        var stale = await Assert.ThrowsAsync<KubernetesException>(() =>
            Client.ReplaceStatusAsync(KubernetesDescriptors.Deployments, deployment with { Status = new() { Replicas = 0 } }, null, Token));
        Assert.True(stale.IsConflict);
    }

    private V1ConfigMap New(string name) => new() { Metadata = new() { Name = name, NamespaceProperty = _space }, Data = new() { ["k"] = "v" } };

    private Task<V1ConfigMap> ApplyAsync(string manager, string data, bool force = true, string? uid = null)
    {
        var identity = uid is null ? string.Empty : $",\"uid\":\"{uid}\"";
        var body = $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m","namespace":"{{{_space}}}"{{{identity}}}},"data":{{{data}}}}""";
        return Client.ApplyAsync(Maps, "m", _space, Encoding.UTF8.GetBytes(body), new ApplyOptions { FieldManager = manager, Force = force }, Token);
    }
}
