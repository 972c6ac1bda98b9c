using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.CarbonBudgets;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.Tests.Security;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>The operator's roles against every request that a whole operator sends while it plays whole stories.</summary>
public sealed class RightsTests
{
    [Fact]
    public async Task Every_request_of_the_operator_is_one_that_its_roles_allow()
    {
        HashSet<string> asked = [];
        foreach (var (scenario, fate) in new (IScenario, PodFate)[]
        {
            (new RunScenario(), PodFate.Succeed),
            (new RunScenario(), PodFate.TrainerExits137),
            (new OverrideScenario(), PodFate.Succeed),
            (new OverrideScenario(CarbonBudgetKind.ClusterCarbonBudget), PodFate.Succeed),
            (new KueueScenario(), PodFate.Succeed),
            (new CanaryScenario(good: true), PodFate.Succeed),
            (new CanaryScenario(good: false), PodFate.Succeed),
            (new RouterScenario(RouterKind.GatewayApi), PodFate.Succeed),
            (new RouterScenario(RouterKind.Istio), PodFate.Succeed),
            (new RouterScenario(RouterKind.Nginx), PodFate.Succeed),
            (new RouterScenario(RouterKind.Replicas), PodFate.Succeed),
            (new BlueGreenScenario(good: true), PodFate.Succeed),
        })
        {
            await using var world = await ToyWorld.FakeAsync();
            // A first attempt that ends otherwise is followed by another, whose children differ.
            world.Node.FateOf = pod => pod.Metadata.Name.EndsWith("-1-0", StringComparison.Ordinal) ? fate : PodFate.Succeed;
            await scenario.BeginAsync(world);
            await using var instance = await OperatorInstance.StartAsync(world);
            await world.UntilAsync(async () => fate == PodFate.Succeed
                ? await scenario.MissingAsync(world)
                : (await world.ReadAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run)).Status is { Phase: TrainingRunPhase.Succeeded, Attempts.Execution: 2 } ? null : "no second attempt has succeeded");
            asked.UnionWith(((FakeTestServer)world.Server).Api.Requests
                .Where(static r => r.Resource.Length > 0 && r.UserAgent.StartsWith("modeloperator", StringComparison.Ordinal))
                .Select(static r => $"{(r.Verb == "apply" ? "patch" : r.Verb)} {r.Group}/{r.Resource}{(r.Subresource is null ? "" : "/" + r.Subresource)}"));
        }

        Assert.Contains("patch networking.k8s.io/networkpolicies", asked);
        Assert.Contains("create /pods", asked);
        Assert.Contains("update modeloperator.io/budgetoverrides/status", asked);
        Assert.Contains("update modeloperator.io/clustercarbonbudgets/status", asked);
        Assert.Contains("patch gateway.networking.k8s.io/httproutes", asked);
        Assert.Contains("patch networking.istio.io/virtualservices", asked);
        Assert.Contains("patch networking.k8s.io/ingresses", asked);
        Assert.Contains("patch kueue.x-k8s.io/admissionchecks/status", asked);
        Assert.Contains("patch kueue.x-k8s.io/workloads/status", asked);
        Assert.Contains("update modeloperator.io/canarydeployments/status", asked);
        var granted = Granted().ToHashSet(StringComparer.Ordinal);
        Assert.Empty(asked.Except(granted).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Granted() =>
        from role in Manifests.Under("rbac").Select(static m => m.Object)
        where (string?)role["kind"] is "ClusterRole" or "Role" && (string?)role["metadata"]!["name"] == "model-operator"
        from rule in role["rules"]!.AsArray()
        from verb in Texts(rule, "verbs")
        from groupName in Texts(rule, "apiGroups")
        from resource in Texts(rule, "resources")
        select $"{verb} {groupName}/{resource}";

    private static IEnumerable<string> Texts(JsonNode? rule, string field) => (rule![field] as JsonArray ?? []).Select(static t => (string)t!);
}
