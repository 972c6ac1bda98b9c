using System.Text;
using ModelOperator.Api;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>What is secret stands in Secrets alone.</summary>
public sealed class SecretsTests
{
    private const string Signature = "not-for-everyone";

    [Theory]
    [InlineData(nameof(PodFate.Succeed), TrainingRunPhase.Succeeded)]
    [InlineData(nameof(PodFate.DigestMismatch), TrainingRunPhase.Failed)]
    public async Task No_token_and_no_signed_query_is_in_a_status_an_event_a_child_or_the_log(string fate, TrainingRunPhase phase)
    {
        await using var world = await ToyWorld.FakeAsync();
        var api = ((FakeTestServer)world.Server).Api;
        world.Node.FateOf = _ => Enum.Parse<PodFate>(fate);
        var signed = new TrainingDataset { Name = "signed", Uri = $"https://example.com/d.csv?signature={Signature}", Digest = "sha256:" + new string('b', 64) };
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, Objects.RunSpec with { Datasets = [.. Objects.RunSpec.Datasets!, signed] }));
        await using var instance = await OperatorInstance.StartAsync(world, options: OperatorInstance.Options with { StatusUrl = "http://status.test" });
        await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.Phase == phase, static r => $"{r.Status?.Phase} {r.Status?.Message}");
        await world.UntilAsync(() => Task.FromResult(api.All("events").Any(e => (string?)e["reason"] == (phase == TrainingRunPhase.Failed ? TrainingRunReasons.DatasetDigestMismatch : TrainingRunReasons.Succeeded)) ? null : "no event of the end"));
        var tokens = api.All("secrets").SelectMany(static s => s["data"]?.AsObject() ?? []).Where(static d => d.Key.EndsWith("token", StringComparison.Ordinal))
            .Select(static d => Encoding.UTF8.GetString(Convert.FromBase64String((string)d.Value!))).ToList();
        Assert.Equal(2, tokens.Count);
        var texts = new[] { "pods", "services", "configmaps", "networkpolicies", "events", "models", "modelversions" }.SelectMany(api.All).Select(static o => o.ToJsonString())
            .Concat(api.All("trainingruns").Select(static r => r["status"]!.ToJsonString())).Concat(world.Log!.Lines).ToList();
        Assert.True(texts.Count > 5);
        foreach (var secret in tokens.Append(Signature))
            Assert.DoesNotContain(texts, text => text.Contains(secret, StringComparison.Ordinal));
    }
}
