using System.Text;
using System.Text.Json.Nodes;

namespace ModelOperator.Kubernetes.Tests;

public sealed class ApplyTests : ClientTest
{
    [Fact]
    public async Task A_field_that_its_manager_drops_is_removed_and_foreign_fields_stay()
    {
        await ApplyAsync("one", """{"data":{"a":"1","b":"2"}}""");
        await ApplyAsync("two", """{"data":{"c":"3"}}""");
        var result = await ApplyAsync("one", """{"data":{"a":"1"}}""");
        Assert.Equal(["a", "c"], result.Data!.Keys.Order());
    }

    [Fact]
    public async Task A_field_of_two_managers_stays_until_both_drop_it()
    {
        await ApplyAsync("one", """{"data":{"a":"1","x":"y"}}""");
        await ApplyAsync("two", """{"data":{"a":"1"}}""");
        var kept = await ApplyAsync("one", """{"data":{"x":"y"}}""");
        Assert.True(kept.Data!.ContainsKey("a"));
        var gone = await ApplyAsync("two", """{"metadata":{"labels":{"l":"1"}}}""");
        Assert.False(gone.Data!.ContainsKey("a"));
    }

    [Fact]
    public async Task Unchanged_content_moves_no_version_and_sends_no_event()
    {
        var first = await ApplyAsync("one", """{"data":{"a":"1"},"metadata":{"labels":{"x":"y"},"finalizers":["f/x"]}}""");
        var version = Server.ResourceVersion;
        var second = await ApplyAsync("one", """{"data":{"a":"1"},"metadata":{"labels":{"x":"y"},"finalizers":["f/x"]}}""");
        Assert.Equal(first.Metadata.ResourceVersion, second.Metadata.ResourceVersion);
        Assert.Equal(version, Server.ResourceVersion);
    }

    [Fact]
    public async Task Without_force_a_foreign_field_is_a_conflict_with_it_it_changes_hands()
    {
        await ApplyAsync("one", """{"data":{"a":"1"}}""");
        var e = await Assert.ThrowsAsync<KubernetesException>(() => ApplyAsync("two", """{"data":{"a":"2"}}""", force: false));
        Assert.True(e.IsConflict);
        var taken = await ApplyAsync("two", """{"data":{"a":"2"}}""");
        Assert.Equal("2", taken.Data!["a"]);
        var after = await ApplyAsync("one", """{"metadata":{"labels":{"x":"y"}}}""");
        Assert.Equal("2", after.Data!["a"]); // no longer one's to remove
    }

    [Fact]
    public async Task Uid_and_version_in_the_body_guard_against_resurrection_and_lost_updates()
    {
        var e = await Assert.ThrowsAsync<KubernetesException>(() => ApplyAsync("one", """{"metadata":{"uid":"gone"}}"""));
        Assert.True(e.IsConflict);
        Assert.Null(Server.Find("configmaps", "default", "m"));
        var created = await ApplyAsync("one", """{"data":{"a":"1"}}""");
        var other = await Assert.ThrowsAsync<KubernetesException>(() => ApplyAsync("one", """{"metadata":{"uid":"other"}}"""));
        Assert.True(other.IsInvalid); // an existing namesake: the field is immutable
        await ApplyAsync("two", """{"data":{"b":"1"}}""");
        var stale = await Assert.ThrowsAsync<KubernetesException>(() =>
            ApplyAsync("one", $$$"""{"metadata":{"resourceVersion":"{{{created.Metadata.ResourceVersion}}}"},"data":{"a":"2"}}"""));
        Assert.True(stale.IsConflict);
    }

    [Fact]
    public async Task Keyed_lists_merge_by_key_and_other_lists_are_replaced()
    {
        await ApplyPodAsync("one", """{"containers":[{"name":"a","image":"i","args":["x","y"],"env":[{"name":"E","value":"1"}]}],"tolerations":[{"key":"t1"},{"key":"t2"}]}""");
        await ApplyPodAsync("two", """{"containers":[{"name":"b","image":"j"}]}""");
        var pod = await ApplyPodAsync("one", """{"containers":[{"name":"a","image":"i2","args":["z"]}],"tolerations":[{"key":"t3"}]}""");
        Assert.Equal(["a", "b"], pod.Spec!.Containers.Select(c => c.Name));
        Assert.Equal(("i2", "z"), (pod.Spec.Containers[0].Image, Assert.Single(pod.Spec.Containers[0].Args!)));
        Assert.Null(pod.Spec.Containers[0].Env);
        Assert.Equal("t3", Assert.Single(pod.Spec.Tolerations!).Key);
        var less = await ApplyPodAsync("two", """{"schedulerName":"s"}""");
        Assert.Equal("a", Assert.Single(less.Spec!.Containers).Name);
    }

    [Fact]
    public async Task Status_is_applied_under_its_own_manager_and_conditions_merge_by_type()
    {
        Server.Add("deployments", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "d", ["namespace"] = "default" }, ["spec"] = new JsonObject { ["replicas"] = 1 } });
        await StatusAsync("one-status", """{"replicas":1,"conditions":[{"type":"A","status":"True"}]}""");
        await StatusAsync("two-status", """{"conditions":[{"type":"B","status":"False"}]}""");
        var result = await StatusAsync("one-status", """{"conditions":[{"type":"A","status":"False"}]}""");
        Assert.Equal([("A", "False"), ("B", "False")], result.Status!.Conditions!.Select(c => (c.Type, c.Status)));
        Assert.Null(result.Status.Replicas);
        Assert.Equal((1, 1L), (result.Spec!.Replicas, result.Metadata.Generation));
    }

    [Fact]
    public async Task Finalizers_are_a_set()
    {
        await ApplyAsync("one", """{"metadata":{"finalizers":["a/a"]}}""");
        var both = await ApplyAsync("two", """{"metadata":{"finalizers":["b/b"]}}""");
        Assert.Equal(["a/a", "b/b"], both.Metadata.Finalizers);
        var left = await ApplyAsync("one", """{"data":{"x":"y"}}""");
        Assert.Equal(["b/b"], left.Metadata.Finalizers);
    }

    [Fact]
    public async Task A_typed_object_applies_like_its_JSON()
    {
        var entity = Map("typed");
        await Client.ApplyAsync(KubernetesDescriptors.ConfigMaps, entity, new ApplyOptions { FieldManager = "one" }, Token);
        var write = Assert.Single(Server.Writes);
        Assert.Equal(("apply", "one", 201), (write.Verb, write.FieldManager, write.StatusCode));
        Assert.Equal("1", (string?)Server.Find("configmaps", "default", "typed")!["data"]!["key"]);
    }

    private Task<V1ConfigMap> ApplyAsync(string manager, string body, bool force = true) =>
        Client.ApplyAsync(KubernetesDescriptors.ConfigMaps, "m", "default", Body("v1", "ConfigMap", "m", JsonNode.Parse(body)!.AsObject()), new ApplyOptions { FieldManager = manager, Force = force }, Token);

    private Task<V1Pod> ApplyPodAsync(string manager, string spec) =>
        Client.ApplyAsync(KubernetesDescriptors.Pods, "p", "default", Body("v1", "Pod", "p", new() { ["spec"] = JsonNode.Parse(spec) }), new ApplyOptions { FieldManager = manager }, Token);

    private Task<V1Deployment> StatusAsync(string manager, string status) =>
        Client.ApplyAsync(
            KubernetesDescriptors.Deployments, "d", "default", Body("apps/v1", "Deployment", "d", new() { ["status"] = JsonNode.Parse(status) }),
            new ApplyOptions { FieldManager = manager, Subresource = "status" }, Token);

    private static byte[] Body(string version, string kind, string name, JsonObject body)
    {
        body["apiVersion"] = version;
        body["kind"] = kind;
        if (body["metadata"] is not JsonObject metadata)
            body["metadata"] = metadata = [];
        metadata["name"] = name;
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }
}
