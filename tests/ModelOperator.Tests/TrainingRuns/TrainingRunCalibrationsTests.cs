using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Carbon.Estimates;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>What past runs say about the estimates of others.</summary>
public sealed class TrainingRunCalibrationsTests : IDisposable
{
    private static readonly TrainingRunSpec Expected = Runs.Spec with { Carbon = new() { ExpectedSeconds = 3600 } };

    private readonly RuntimeMetrics runtime = new();
    private readonly KubernetesClient client = new(new KubernetesClientConfiguration { Host = new Uri("http://127.0.0.1:1") }, new KubernetesClientOptions(), TimeProvider.System, new Random(1));
    private readonly TrainingRunCalibrations calibrations;

    public TrainingRunCalibrationsTests() =>
        calibrations = new(new Caches(client, new InformerOptions(), TimeProvider.System, runtime, NullLoggerFactory.Instance));

    public void Dispose()
    {
        client.Dispose();
        runtime.Dispose();
    }

    [Fact]
    public void Runs_that_succeeded_correct_the_estimates_of_their_kind_alone()
    {
        for (var i = 0; i < 12; i++)
            calibrations.Observe(Past(i, ratio: 0.5));
        var asker = Runs.Run(Expected, null);
        // mu = 12 ln 0.5 / (4 + 12).
        Assert.Equal(Math.Pow(0.5, 0.75), calibrations.For(asker).MedianFactor, 9);
        Assert.Equal(0, calibrations.For(Runs.Run(Expected with { ModelName = "other" }, null)).Runs);
        Assert.Equal(0, calibrations.For(Runs.Run(Expected with { Resources = new() { Limits = new Dictionary<string, string> { ["cpu"] = "1" } } }, null)).Runs);

        var raw = TrainingRunEstimates.Estimate(Expected, Runs.Options, out _)!;
        var learnt = TrainingRunEstimates.Estimate(Expected, Runs.Options, null, Runs.Start, out _, calibrations.For(asker))!;
        Assert.Equal(raw.RawEnergyMilliwattHours, learnt.RawEnergyMilliwattHours);
        Assert.Equal(raw.EnergyMilliwattHoursP50 * Math.Pow(0.5, 0.75), learnt.EnergyMilliwattHoursP50, 1.0);
        Assert.True(learnt.EnergyMilliwattHoursP95 < raw.EnergyMilliwattHoursP95, learnt.Basis);
        Assert.Contains("from 12 runs", learnt.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_user_declares_is_not_corrected_and_corrects_nothing()
    {
        calibrations.Observe(Past(0, ratio: 0.5));
        var declared = Runs.Spec with { Carbon = new() { EstimateWattHours = 100 } };
        var estimate = TrainingRunEstimates.Estimate(declared, Runs.Options, null, Runs.Start, out _, calibrations.For(Runs.Run(declared, null)))!;
        Assert.Null(estimate.RawEnergyMilliwattHours);
        Assert.Equal(TrainingRunEstimates.Estimate(declared, Runs.Options, out _), estimate);
        var past = Past(1, ratio: 9);
        calibrations.Observe(past with { Status = past.Status! with { Estimate = estimate } });
        Assert.Equal(1, calibrations.For(past).Runs);
    }

    [Fact]
    public void Only_the_latest_count_whatever_the_order_they_are_seen_in_and_each_once()
    {
        foreach (var i in Enumerable.Range(0, 2 * TrainingRunCalibrations.Most).OrderBy(static i => i * 37 % 128))
        {
            calibrations.Observe(Past(i, i < TrainingRunCalibrations.Most ? 0.1 : 2));
            calibrations.Observe(Past(i, i < TrainingRunCalibrations.Most ? 0.1 : 2));
        }

        var known = calibrations.For(Past(0, 1));
        Assert.Equal(TrainingRunCalibrations.Most, known.Runs);
        Assert.True(known.MedianFactor > 1.9, $"{known}");
    }

    [Theory]
    [InlineData(TrainingRunPhase.Failed)]
    [InlineData(TrainingRunPhase.Running)]
    public void Runs_that_did_not_succeed_say_nothing(TrainingRunPhase phase)
    {
        var past = Past(0, 3);
        calibrations.Observe(past with { Status = past.Status! with { Phase = phase } });
        Assert.Equal(EstimateCalibration.None, calibrations.For(past));
    }

    private static V1TrainingRun Past(int number, double ratio)
    {
        var run = Runs.Run(Expected, new TrainingRunStatus
        {
            Phase = TrainingRunPhase.Succeeded,
            CompletionTime = Runs.Start.AddHours(number),
            Estimate = new() { RawEnergyMilliwattHours = 1_500_000 },
            Energy = new() { EnergyMilliwattHours = (long)(1_000_000 * ratio), PueMilli = 1500, Method = "ModelledCPU" },
        });
        run.Metadata = run.Metadata with { Uid = $"uid-{number}" };
        return run;
    }
}
