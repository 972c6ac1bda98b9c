using System.Net;
using System.Text;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>Commands as verbs of their own, through a real API server: its RBAC, its webhook calls, its impersonation.</summary>
public sealed class CommandWebhookTests
{
    private const string Command = """{"metadata":{"annotations":{"modeloperator.io/command":"pause 1"}}}""";

    [RealClusterFact]
    public async Task Writing_a_run_is_not_enough_to_pause_it_and_the_verb_is()
    {
        await using var world = await ToyWorld.RealAsync(speed: 1);
        await Webhook.GrantAsync(world, "writer", new V1PolicyRule { ApiGroups = [ModelOperatorApi.Group], Resources = ["trainingruns"], Verbs = ["get", "create", "patch"] });
        await Webhook.GrantAsync(world, "pauser", new V1PolicyRule { ApiGroups = [ModelOperatorApi.Group], Resources = ["trainingruns"], Verbs = ["get", "patch", "pause"] });
        await using var webhook = await Webhook.StartAsync(world);
        using var writer = Webhook.As("writer");
        using var pauser = Webhook.As("pauser");
        await webhook.RegisterAsync(mutating: false, "trainingruns");
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run("run"));
        // All but the command is the writer's to write.
        await writer.PatchAsync(ModelOperatorDescriptors.TrainingRuns, "run", world.Space, PatchKind.Merge, """{"spec":{"suspend":true},"metadata":{"annotations":{"note":"mine"}}}"""u8.ToArray(), null, CancellationToken.None);
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync(writer, world, Command));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains(
            $"user writer may not pause trainingruns.modeloperator.io \"run\" in namespace {world.Space}: the verb \"pause\" is needed, which ClusterRole model-operator-editor grants",
            refused.Message, StringComparison.Ordinal);
        await PatchAsync(pauser, world, Command);
        // What is there already is nobody's new command.
        await PatchAsync(writer, world, """{"spec":{"suspend":false}}""");
        refused = await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync(pauser, world, Command.Replace("pause 1", "stop 2", StringComparison.Ordinal)));
        Assert.Contains("the verb \"stop\" is needed", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync(pauser, world, Command.Replace("pause 1", "explode 3", StringComparison.Ordinal)));
        Assert.Contains("pause, resume, stop", refused.Message, StringComparison.Ordinal);
    }

    [RealClusterFact]
    public async Task Each_command_about_a_canary_is_a_verb_of_its_own()
    {
        await using var world = await ToyWorld.RealAsync(speed: 1);
        string[] actions = ["promote", "promote-full", "skip", "pause", "resume", "abort", "retry"];
        await Webhook.GrantAsync(world, "writer", new V1PolicyRule { ApiGroups = [ModelOperatorApi.Group], Resources = ["canarydeployments"], Verbs = ["get", "create", "patch"] });
        await Webhook.GrantAsync(world, "approver", new V1PolicyRule { ApiGroups = [ModelOperatorApi.Group], Resources = ["canarydeployments"], Verbs = ["get", "patch", .. actions] });
        await using var webhook = await Webhook.StartAsync(world);
        using var writer = Webhook.As("writer");
        using var approver = Webhook.As("approver");
        await webhook.RegisterAsync(mutating: false, "trainingruns", "canarydeployments");
        await world.CreateAsync(ModelOperatorDescriptors.CanaryDeployments, Objects.Canary(CanaryScenario.Canary, "prices", CanaryScenario.First));
        foreach (var action in actions)
        {
            var command = Command.Replace("pause 1", $"{action} {action}-1", StringComparison.Ordinal);
            var refused = await Assert.ThrowsAsync<KubernetesException>(() => CanaryAsync(writer, world, command));
            Assert.Contains($"the verb \"{action}\" is needed, which ClusterRole model-operator-approver grants", refused.Message, StringComparison.Ordinal);
            await CanaryAsync(approver, world, command);
        }

        var mixed = await Assert.ThrowsAsync<KubernetesException>(() => CanaryAsync(writer, world, """{"spec":{"strategy":{"blueGreen":{}}}}"""));
        Assert.Contains("spec.strategy.steps: has 4 steps beside spec.strategy.blueGreen", mixed.Message, StringComparison.Ordinal);
    }

    private static Task<V1CanaryDeployment> CanaryAsync(KubernetesClient client, ToyWorld world, string merge) =>
        client.PatchAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, world.Space, PatchKind.Merge, Encoding.UTF8.GetBytes(merge), null, CancellationToken.None);

    private static Task<V1TrainingRun> PatchAsync(KubernetesClient client, ToyWorld world, string merge) =>
        client.PatchAsync(ModelOperatorDescriptors.TrainingRuns, "run", world.Space, PatchKind.Merge, Encoding.UTF8.GetBytes(merge), null, CancellationToken.None);
}
