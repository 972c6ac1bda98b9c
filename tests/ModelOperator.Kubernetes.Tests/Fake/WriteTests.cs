using System.Text;
using System.Text.Json.Nodes;
using ModelOperator.Fakes;

namespace ModelOperator.Kubernetes.Tests;

public sealed class WriteTests : ClientTest
{
    protected override FakeApiServerOptions ServerOptions => new() { CollectGarbage = true };

    [Fact]
    public async Task A_taken_name_is_AlreadyExists_and_not_a_conflict()
    {
        await CreateMapsAsync(1);
        var e = await Assert.ThrowsAsync<KubernetesException>(() => Client.CreateAsync(KubernetesDescriptors.ConfigMaps, Map("map-000"), null, Token));
        Assert.True(e.IsAlreadyExists);
        Assert.False(e.IsConflict);
    }

    [Fact]
    public async Task A_stale_replace_is_a_conflict_and_changes_nothing()
    {
        var first = await Client.CreateAsync(KubernetesDescriptors.ConfigMaps, Map("m"), null, Token);
        var second = await Client.ReplaceAsync(KubernetesDescriptors.ConfigMaps, first with { Data = new() { ["key"] = "2" } }, null, Token);
        Assert.NotEqual(first.Metadata.ResourceVersion, second.Metadata.ResourceVersion);
        var e = await Assert.ThrowsAsync<KubernetesException>(() =>
            Client.ReplaceAsync(KubernetesDescriptors.ConfigMaps, first with { Data = new() { ["key"] = "3" } }, null, Token));
        Assert.True(e.IsConflict);
        Assert.Equal("2", (string?)Server.Find("configmaps", "default", "m")!["data"]!["key"]);
    }

    [Fact]
    public async Task Status_and_spec_are_written_apart_and_only_the_spec_moves_the_generation()
    {
        var created = await Client.CreateAsync(KubernetesDescriptors.Deployments, Deployment(1) with { Status = new() { Replicas = 9 } }, null, Token);
        Assert.Null(created.Status);
        Assert.Equal(1, created.Metadata.Generation);
        var observed = await Client.ReplaceStatusAsync(
            KubernetesDescriptors.Deployments, created with { Spec = new() { Replicas = 7 }, Status = new() { Replicas = 1 } }, null, Token);
        Assert.Equal((1, 1, 1L), (observed.Spec!.Replicas, observed.Status!.Replicas, observed.Metadata.Generation));
        var scaled = await Client.ReplaceAsync(
            KubernetesDescriptors.Deployments, observed with { Spec = observed.Spec with { Replicas = 3 }, Status = new() { Replicas = 8 } }, null, Token);
        Assert.Equal((3, 1, 2L), (scaled.Spec!.Replicas, scaled.Status!.Replicas, scaled.Metadata.Generation));
        var stale = await Assert.ThrowsAsync<KubernetesException>(() => Client.ReplaceStatusAsync(KubernetesDescriptors.Deployments, observed, null, Token));
        Assert.True(stale.IsConflict);
    }

    [Fact]
    public async Task Json_patch_guards_with_test_and_merge_patch_removes_with_null()
    {
        await Client.CreateAsync(KubernetesDescriptors.ConfigMaps, Map("m"), null, Token);
        var patched = await PatchAsync(PatchKind.Json, """[{"op":"test","path":"/data/key","value":"1"},{"op":"add","path":"/data/a~1b","value":"x"}]""");
        Assert.Equal("x", patched.Data!["a/b"]);
        var e = await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync(PatchKind.Json, """[{"op":"test","path":"/data/key","value":"2"}]"""));
        Assert.True(e.IsInvalid);
        var merged = await PatchAsync(PatchKind.Merge, """{"data":{"key":null}}""");
        Assert.Equal(["a/b"], merged.Data!.Keys);
    }

    [Fact]
    public async Task Dry_runs_answer_but_change_nothing()
    {
        await Client.CreateAsync(KubernetesDescriptors.ConfigMaps, Map("dry"), new WriteOptions { DryRun = true }, Token);
        Assert.Null(Server.Find("configmaps", "default", "dry"));
        Assert.Empty(Server.Writes);
    }

    [Fact]
    public async Task Delete_honours_preconditions_and_says_whether_there_was_something()
    {
        var map = await Client.CreateAsync(KubernetesDescriptors.ConfigMaps, Map("m"), null, Token);
        var other = new DeleteOptions { Preconditions = new() { Uid = "other" } };
        var e = await Assert.ThrowsAsync<KubernetesException>(() => Client.DeleteAsync(KubernetesDescriptors.ConfigMaps, "m", "default", other, Token));
        Assert.True(e.IsConflict);
        var exact = new DeleteOptions { Preconditions = new() { Uid = map.Metadata.Uid, ResourceVersion = map.Metadata.ResourceVersion } };
        Assert.True(await Client.DeleteAsync(KubernetesDescriptors.ConfigMaps, "m", "default", exact, Token));
        Assert.False(await Client.DeleteAsync(KubernetesDescriptors.ConfigMaps, "m", "default", null, Token));
    }

    [Fact]
    public async Task A_finalizer_holds_a_deleted_object_until_it_is_taken_off()
    {
        var map = Map("m");
        map.Metadata.Finalizers = ["modeloperator.io/x"];
        await Client.CreateAsync(KubernetesDescriptors.ConfigMaps, map, null, Token);
        await Client.DeleteAsync(KubernetesDescriptors.ConfigMaps, "m", "default", null, Token);
        var held = await Client.GetAsync(KubernetesDescriptors.ConfigMaps, "m", "default", Token);
        Assert.NotNull(held!.Metadata.DeletionTimestamp);
        await PatchAsync(PatchKind.Json, """[{"op":"test","path":"/metadata/finalizers/0","value":"modeloperator.io/x"},{"op":"remove","path":"/metadata/finalizers/0"}]""");
        Assert.Null(Server.Find("configmaps", "default", "m"));
    }

    [Theory]
    [InlineData(PropagationPolicies.Background, false, true)]
    [InlineData(PropagationPolicies.Foreground, false, true)]
    [InlineData(PropagationPolicies.Orphan, true, false)]
    public async Task Dependents_follow_their_owner_unless_orphaned(string policy, bool childStays, bool childHasOwner)
    {
        var owner = await Client.CreateAsync(KubernetesDescriptors.ConfigMaps, Map("owner"), null, Token);
        var child = Map("child");
        child.Metadata.OwnerReferences = [new() { ApiVersion = "v1", Kind = "ConfigMap", Name = "owner", Uid = owner.Metadata.Uid! }];
        await Client.CreateAsync(KubernetesDescriptors.ConfigMaps, child, null, Token);
        await Client.DeleteAsync(KubernetesDescriptors.ConfigMaps, "owner", "default", new DeleteOptions { PropagationPolicy = policy }, Token);
        Assert.Null(Server.Find("configmaps", "default", "owner"));
        var left = Server.Find("configmaps", "default", "child");
        Assert.Equal(childStays, left is not null);
        Assert.True(left is null || (left["metadata"]!["ownerReferences"] is JsonArray { Count: > 0 }) == childHasOwner);
    }

    [Fact]
    public async Task The_descriptors_version_wins_over_the_models()
    {
        var budgets = KubernetesDescriptors.PodDisruptionBudgets with { Version = "v1beta1" };
        var created = await Client.CreateAsync(budgets, new V1PodDisruptionBudget { Metadata = new() { Name = "b", NamespaceProperty = "default" }, Spec = new() { MinAvailable = 1 } }, null, Token);
        Assert.Equal("policy/v1beta1", created.ApiVersion);
    }

    [Fact]
    public async Task Requests_carry_user_agent_and_field_manager()
    {
        await Client.CreateAsync(KubernetesDescriptors.ConfigMaps, Map("m"), new WriteOptions { FieldManager = "room" }, Token);
        var write = Assert.Single(Server.Writes);
        Assert.Equal(("create", "room", "model-operator", 201), (write.Verb, write.FieldManager, write.UserAgent, write.StatusCode));
    }

    private static V1Deployment Deployment(int replicas) => new()
    {
        Metadata = new() { Name = "d", NamespaceProperty = "default" },
        Spec = new() { Replicas = replicas },
    };

    private Task<V1ConfigMap> PatchAsync(PatchKind kind, string body) =>
        Client.PatchAsync(KubernetesDescriptors.ConfigMaps, "m", "default", kind, Encoding.UTF8.GetBytes(body), null, Token);
}
