using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests;

/// <summary>Many canaries of one namespace that may begin one by one, by a whole operator.</summary>
public sealed class CanaryTurnTests
{
    private const int Canaries = 6;

    [Fact]
    public async Task Canaries_that_are_asked_for_at_once_are_never_under_way_beside_each_other_and_all_get_their_turn()
    {
        await using var world = await ToyWorld.FakeAsync();
        await world.CreateAsync(ModelOperatorDescriptors.Models, new V1Model { Metadata = new V1ObjectMeta { Name = "prices", NamespaceProperty = world.Space } });
        await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, Objects.Version("prices", 1));
        await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, Objects.Version("prices", 2));
        for (var index = 0; index < Canaries; index++)
        {
            var canary = Objects.Canary($"shop-{index}", "prices", CanaryScenario.First);
            await world.CreateAsync(ModelOperatorDescriptors.CanaryDeployments, canary with
            {
                Spec = canary.Spec with { Alias = null, Strategy = canary.Spec.Strategy! with { MaxConcurrentPerNamespace = 1 } },
            });
        }

        await using var instance = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(() => MissingAsync(world, CanaryScenario.First));
        await Task.WhenAll((await world.ListAsync(ModelOperatorDescriptors.CanaryDeployments)).Select(c => world.PatchAsync(
            ModelOperatorDescriptors.CanaryDeployments, c.Metadata.Name, $"{{\"spec\":{{\"versionRef\":{{\"name\":\"{CanaryScenario.Second}\"}}}}}}")));
        await world.UntilAsync(() => MissingAsync(world, CanaryScenario.Second), seconds: 180);
    }

    /// <summary>A list is one moment of the server's: at none of them are two under way.</summary>
    private static async Task<string?> MissingAsync(ToyWorld world, string stable)
    {
        var all = await world.ListAsync(ModelOperatorDescriptors.CanaryDeployments);
        var underWay = all.Where(c => c.Status?.CanaryVersion is not null).Select(c => c.Metadata.Name).ToList();
        Assert.True(underWay.Count <= 1, string.Join(", ", underWay));
        return all.FirstOrDefault(c => c.Status is not { CanaryVersion: null, Phase: CanaryPhase.Healthy } status || status.StableVersion != stable) is { } late
            ? $"{late.Metadata.Name} {late.Status?.Phase} {late.Status?.Reason}: {late.Status?.Message}"
            : null;
    }
}
