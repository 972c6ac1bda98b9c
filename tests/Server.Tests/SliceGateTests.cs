using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.ModelVersions;

namespace ModelOperator.Server.Tests;

/// <summary>From the slices that the trainer reports to the verdict of the operator's gate.</summary>
public sealed class SliceGateTests
{
    [Fact]
    public async Task A_gate_judges_the_slices_that_the_trainer_reported_and_passes_none_that_it_left_out()
    {
        var folder = await ServerHarness.TrainAsync(("SLICES", "grade=best; age>=8; grade = bets"));
        var result = TrainerResultReader.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "output", "result.json")));
        Directory.Delete(folder, recursive: true);
        // As the run's status has them.
        var metrics = result.Metrics.Select(metric => new NamedValue { Name = metric.Key, Value = metric.Value.ToString("R", CultureInfo.InvariantCulture) }).ToList();
        var best = Value("validation_rmse@grade=best");
        var old = Value("validation_rmse@age>=8");
        Assert.NotEqual(best, old);
        var between = ((best + old) / 2).ToString("R", CultureInfo.InvariantCulture);
        ModelGates gates = new()
        {
            Metrics =
            [
                new() { Metric = "validation_rmse", Threshold = "1000", Slices = ["grade=best", "age>=8", "grade=bets"] },
                new() { Metric = "validation_r2", Direction = GateDirection.Maximize, Threshold = "-1000", Slices = ["grade=poor"] },
                new() { Metric = "validation_rmse", Threshold = between, Slices = ["grade=best", "age>=8"] },
            ],
        };
        var verdicts = ModelGateJudge.Judge(gates, metrics, null, []).ToList();
        Assert.Equal(
            [
                ("validation_rmse", true), ("validation_rmse@grade=best", true), ("validation_rmse@age>=8", true), ("validation_rmse@grade=bets", false),
                ("validation_r2", true), ("validation_r2@grade=poor", false),
            ],
            verdicts.Take(6).Select(verdict => (verdict.Name, verdict.Passed)));
        // No rows, and nobody asked the trainer: neither is good news.
        Assert.Equal("validation_rmse@grade=bets was not measured", verdicts[3].Message);
        Assert.Equal("validation_r2@grade=poor was not measured", verdicts[5].Message);
        // A bad slice fails by its own value.
        Assert.Equal([best < old, old < best], verdicts.Skip(7).Select(verdict => verdict.Passed));
        double Value(string name) => result.Metrics.Single(metric => metric.Key == name).Value;
    }
}
