using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunMetricsTests
{
    [Fact]
    public void A_runs_life_is_counted_without_any_name_in_a_label()
    {
        using var runtime = new RuntimeMetrics();
        using var server = new HttpClient();
        var caches = new Caches(new NoClient().Client, new InformerOptions(), TimeProvider.System, runtime, NullLoggerFactory.Instance);
        // Other tests have meters of the same name.
        using var registry = new PrometheusRegistry(meter => ReferenceEquals(meter.Scope, caches));
        using var metrics = new TrainingRunMetrics(caches);
        var start = Runs.Start;
        var pending = new TrainingRunStatus { Phase = TrainingRunPhase.Pending, StartTime = start };
        var starting = pending with { Phase = TrainingRunPhase.Starting, Reason = "AttemptDecided", Attempts = new() { Execution = 1 }, CarbonStart = new() { Since = start, StartTime = start.AddSeconds(30), Released = true }, CurrentAttempt = new() { Number = 1, DecidedAt = start.AddSeconds(40) } };
        var running = starting with { Phase = TrainingRunPhase.Running, Reason = "TrainerRunning", CurrentAttempt = starting.CurrentAttempt! with { StartedAt = start.AddSeconds(47) } };
        var evicted = running with { Phase = TrainingRunPhase.Pending, Reason = "Evicted", CurrentAttempt = null, History = [new() { Number = 1, Reason = "Evicted" }], Energy = new() { EnergyMilliwattHours = 1000, EmissionsMilligrams = 500, Method = "ModelledCPU" } };
        var done = evicted with { Phase = TrainingRunPhase.Succeeded, Reason = "Succeeded", History = [.. evicted.History!, new() { Number = 2, Reason = "Succeeded" }], Estimate = new() { EnergyMilliwattHoursP50 = 6000 }, Energy = evicted.Energy! with { PueMilli = 1500, EnergyMilliwattHours = 3000, EmissionsMilligrams = 1500 }, CompletionTime = start.AddHours(1), CarbonStart = starting.CarbonStart! with { CounterfactualEmissionsMilligrams = 4000, RealisedSavingMilligrams = 2500 } };
        TrainingRunStatus? before = null;
        foreach (var status in new[] { pending, starting, running, running, evicted, done })
        {
            metrics.Observe(new CacheChange<V1TrainingRun>(before is null ? null : Runs.Run(null, before), Runs.Run(null, status), Initial: false));
            before = status;
        }

        metrics.Observe(new CacheChange<V1TrainingRun>(null, Runs.Run(null, done), Initial: true));
        var text = registry.Write();
        Assert.Contains("modelop_run_transitions_total{from=\"Pending\",reason=\"AttemptDecided\",to=\"Starting\"} 1", Sorted(text), StringComparison.Ordinal);
        Assert.Contains("modelop_run_transitions_total{from=\"Pending\",reason=\"Succeeded\",to=\"Succeeded\"} 1", Sorted(text), StringComparison.Ordinal);
        Assert.Contains("modelop_run_restarts_total{cause=\"Evicted\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("modelop_run_queue_wait_seconds_sum{namespace=\"team-a\"} 40", text, StringComparison.Ordinal);
        Assert.Contains("modelop_run_start_latency_seconds_sum{namespace=\"team-a\"} 7", text, StringComparison.Ordinal);
        Assert.Contains("modelop_run_start_latency_seconds_bucket{namespace=\"team-a\",le=\"1800\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("modelop_run_energy_joules_total{method=\"ModelledCPU\",namespace=\"team-a\"} 10800", Sorted(text), StringComparison.Ordinal);
        Assert.Contains("modelop_run_co2e_grams_total{namespace=\"team-a\"} 1.5", text, StringComparison.Ordinal);
        Assert.Contains("modelop_run_estimate_error_ratio_sum{method=\"ModelledCPU\",namespace=\"team-a\"} 0.75", Sorted(text), StringComparison.Ordinal);
        Assert.Contains("modelop_run_carbon_delay_seconds_sum{namespace=\"team-a\"} 30", text, StringComparison.Ordinal);
        Assert.Contains("modelop_run_scheduled_co2e_grams_total{namespace=\"team-a\"} 1.5", text, StringComparison.Ordinal);
        Assert.Contains("modelop_run_counterfactual_co2e_grams_total{namespace=\"team-a\"} 4", text, StringComparison.Ordinal);
        Assert.DoesNotContain("diamonds", text, StringComparison.Ordinal);
    }

    /// <summary>Labels in the order of their names.</summary>
    private static string Sorted(string text) => string.Join('\n', text.Split('\n').Select(static line =>
    {
        var (open, close) = (line.IndexOf('{', StringComparison.Ordinal), line.IndexOf('}', StringComparison.Ordinal));
        return open < 0 || line[0] == '#' ? line : $"{line[..(open + 1)]}{string.Join(',', line[(open + 1)..close].Split(',').Order(StringComparer.Ordinal))}{line[close..]}";
    }));

    private sealed class NoClient
    {
        public KubernetesClient Client { get; } = new(
            new KubernetesClientConfiguration { Host = new Uri("http://127.0.0.1:1") }, new KubernetesClientOptions(), TimeProvider.System, new Random(1));
    }
}
