using System.Text.Json.Nodes;

namespace ModelOperator.Tests.Security;

/// <summary>The roles of config/rbac.</summary>
public sealed class RightsTests
{
    public static TheoryData<string> Names => [.. Roles().Select(r => Name(r)).Distinct()];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_role_has_a_wildcard(string name)
    {
        foreach (var rule in Roles().Where(r => Name(r) == name).SelectMany(Rules))
            Assert.DoesNotContain("*", Texts(rule, "apiGroups").Concat(Texts(rule, "resources")).Concat(Texts(rule, "verbs")).Concat(Texts(rule, "nonResourceURLs")));
    }

    [Theory]
    [InlineData("model-operator-viewer", "view,edit,admin")]
    [InlineData("model-operator-editor", "edit,admin")]
    [InlineData("model-operator-approver", "admin")]
    [InlineData("model-operator-budget-owner", "admin")]
    [InlineData("model-operator-cluster-budget-owner", "")]
    [InlineData("model-operator-artifact-writer", "")]
    [InlineData("model-operator-prediction-reader", "admin")]
    public void Roles_of_people_are_aggregated_into_the_clusters_own(string name, string into)
    {
        var labels = Roles().Single(r => Name(r) == name)["metadata"]!["labels"] as JsonObject ?? [];
        Assert.Equal(
            into.Split(',', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            labels.Where(l => l.Key.StartsWith("rbac.authorization.k8s.io/aggregate-to-", StringComparison.Ordinal) && (string?)l.Value == "true").Select(l => l.Key.Split("aggregate-to-")[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_approver_may_decide_about_canaries_and_overrides_and_nobody_but_the_operator_writes_statuses()
    {
        Assert.True(Allows("model-operator-approver", "modeloperator.io", "canarydeployments", "promote"));
        Assert.True(Allows("model-operator-approver", "modeloperator.io", "canarydeployments", "abort"));
        Assert.False(Allows("model-operator-editor", "modeloperator.io", "canarydeployments", "promote"));
        Assert.True(Allows("model-operator-editor", "modeloperator.io", "trainingruns", "stop"));
        Assert.False(Allows("model-operator-viewer", "modeloperator.io", "trainingruns", "stop"));
        Assert.True(Allows("model-operator-approver", "modeloperator.io", "budgetoverrides", "create"));
        Assert.All(new[] { "model-operator-viewer", "model-operator-editor", "model-operator-budget-owner" }, static name => Assert.False(Allows(name, "modeloperator.io", "budgetoverrides", "create"), name));
        Assert.All(new[] { "update", "patch" }, static verb => Assert.False(Allows("model-operator-approver", "modeloperator.io", "budgetoverrides", verb), verb));
        Assert.True(Allows("model-operator-viewer", "modeloperator.io", "budgetoverrides", "list"));
        foreach (var name in new[] { "model-operator-viewer", "model-operator-editor", "model-operator-approver", "model-operator-budget-owner" })
            Assert.DoesNotContain(Roles().Where(r => Name(r) == name).SelectMany(Rules).SelectMany(r => Texts(r, "resources")), r => r.EndsWith("/status", StringComparison.Ordinal));
    }

    [Fact]
    public void Features_of_predictions_are_read_by_their_readers_alone() =>
        Assert.Equal(["model-operator-prediction-reader"], Roles().Select(Name).Distinct().Where(static name => Allows(name, "modeloperator.io", "predictions", "list")));

    [Fact]
    public void Budgets_over_many_namespaces_are_set_and_exceeded_by_the_platform_alone()
    {
        Assert.True(Allows("model-operator-viewer", "modeloperator.io", "clustercarbonbudgets", "list"));
        foreach (var verb in new[] { "create", "update", "patch", "delete", "override" })
        {
            Assert.True(Allows("model-operator-cluster-budget-owner", "modeloperator.io", "clustercarbonbudgets", verb));
            Assert.Equal(["model-operator-cluster-budget-owner"], Roles().Select(Name).Distinct().Where(name => Allows(name, "modeloperator.io", "clustercarbonbudgets", verb)));
        }
    }

    /// <summary>What the rooms ask for in places that no test world reaches.</summary>
    [Theory]
    [InlineData("", "persistentvolumeclaims", "get")]
    [InlineData("storage.k8s.io", "storageclasses", "get")]
    [InlineData("", "secrets", "get")]
    [InlineData("", "pods/log", "get")]
    [InlineData("networking.k8s.io", "networkpolicies", "create")]
    [InlineData("networking.k8s.io", "networkpolicies", "patch")]
    [InlineData("networking.k8s.io", "networkpolicies", "watch")]
    [InlineData("authorization.k8s.io", "subjectaccessreviews", "create")]
    [InlineData("modeloperator.io", "budgetoverrides/status", "update")]
    [InlineData("modeloperator.io", "clustercarbonbudgets/status", "update")]
    public void The_operator_may_do_what_it_does(string group, string resource, string verb) => Assert.True(Allows("model-operator", group, resource, verb), $"{verb} {resource}.{group}");

    private static bool Allows(string role, string group, string resource, string verb) => Roles().Where(r => Name(r) == role && (string?)r["kind"] == "ClusterRole").SelectMany(Rules)
        .Any(rule => Texts(rule, "apiGroups").Contains(group) && Texts(rule, "resources").Contains(resource) && Texts(rule, "verbs").Contains(verb));

    private static IEnumerable<JsonObject> Roles() => Manifests.Under("rbac").Select(m => m.Object).Where(o => (string?)o["kind"] is "ClusterRole" or "Role");

    private static string Name(JsonObject role) => (string)role["metadata"]!["name"]!;

    private static IEnumerable<JsonObject> Rules(JsonObject role) => (role["rules"] as JsonArray ?? []).Select(r => r!.AsObject());

    private static IEnumerable<string> Texts(JsonObject rule, string field) => (rule[field] as JsonArray ?? []).Select(t => (string)t!);
}
