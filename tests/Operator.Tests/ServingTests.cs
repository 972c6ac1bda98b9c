using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests;

/// <summary>What serving takes, as a whole operator shows it.</summary>
public sealed class ServingTests
{
    private const string Canary = "metered";

    [Fact]
    public async Task Servers_and_gateways_of_a_canary_show_their_power_and_nothing_is_written_for_it()
    {
        await using var world = await ToyWorld.FakeAsync();
        await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, Objects.Version("prices", 1));
        await world.CreateAsync(ModelOperatorDescriptors.CanaryDeployments, Objects.Canary(Canary, "prices", CanaryScenario.First));
        await using (await OperatorInstance.StartAsync(world))
            await world.UntilAsync(ModelOperatorDescriptors.CanaryDeployments, Canary, c => c.Status?.Phase == CanaryPhase.Healthy, c => c.Status?.Message);
        // One that finds the Pods there looks at them in its first pass.
        await using var instance = await OperatorInstance.StartAsync(world);
        using var http = new HttpClient();
        await world.UntilAsync(async () =>
        {
            var lines = (await http.GetStringAsync(new Uri(instance.Url, "/metrics"))).Split('\n')
                .Where(static l => l.StartsWith("modelop_serving_power_watts{", StringComparison.Ordinal) && l.Contains($"canary=\"{Canary}\"", StringComparison.Ordinal)).ToList();
            bool Shows(string component) => lines.Exists(l => l.Contains($"component=\"{component}\"", StringComparison.Ordinal)
                && l.Contains($"version=\"{CanaryScenario.First}\"", StringComparison.Ordinal) && l.Contains("method=\"ModelledCPU\"", StringComparison.Ordinal));
            return Shows("server") && Shows("gateway") ? null : $"of server and gateway there are {lines.Count} lines";
        });
        await world.QuietAsync(instance, TimeSpan.FromMinutes(6));
    }
}
