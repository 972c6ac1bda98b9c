using System.Diagnostics.Metrics;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Leadership;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Measurements of runs and budgets, taken from what the caches show; the leading replica alone reports them. Labels are phases, reasons, methods and
/// namespaces: no series is named after an object, so their number does not grow with the runs. Thread-safe.
/// </summary>
public sealed class TrainingRunMetrics : IHostedService, IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ModelOperator.TrainingRuns";

    /// <summary>Name of the index of runs by namespace and phase.</summary>
    private const string Phases = "phase";

    private const double MilligramsPerGram = 1000;
    private const double JoulesPerMilliwattHour = 3.6;
    private static readonly InstrumentAdvice<double> Waits = new() { HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400] };
    private static readonly InstrumentAdvice<double> Starts = new() { HistogramBucketBoundaries = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800] };

    private static readonly InstrumentAdvice<double> Ratios = new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 0.8, 0.9, 1, 1.1, 1.25, 2, 4, 10] };

    private readonly Meter meter;
    private readonly IStore<V1TrainingRun> runs;
    private readonly IStore<V1CarbonBudget> budgets;
    private readonly IStore<V1ClusterCarbonBudget> clusterBudgets;
    private readonly Func<bool> leads;
    private readonly Counter<long> transitions;
    private readonly Counter<long> restarts;
    private readonly Counter<double> energy;
    private readonly Counter<double> emissions;
    private readonly Histogram<double> queueWait;
    private readonly Histogram<double> startLatency;
    private readonly Histogram<double> carbonDelay;
    private readonly Histogram<double> estimateError;
    private readonly Counter<double> scheduled;
    private readonly Counter<double> counterfactual;

    /// <summary>Subscribes to the caches before they run.</summary>
    /// <param name="caches">Caches.</param>
    /// <param name="elector">Leader election; this process always leads when null.</param>
    public TrainingRunMetrics(Caches caches, LeaseElector? elector = null)
    {
        // Of one name there is one for each operator in a process.
        meter = new(new MeterOptions(MeterName) { Scope = caches });
        leads = elector is null ? static () => true : () => elector.IsLeading;
        var informer = caches.InformerOf(ModelOperatorDescriptors.TrainingRuns, new()
        {
            Indexes = [new(Phases, static run => [$"{run.Metadata.NamespaceProperty}/{run.Status?.Phase ?? TrainingRunPhase.Pending}"])],
        });
        (runs, budgets, clusterBudgets) = (informer.Store, caches.For(ModelOperatorDescriptors.CarbonBudgets), caches.For(ModelOperatorDescriptors.ClusterCarbonBudgets));
        transitions = meter.CreateCounter<long>("modelop_run_transitions_total", null, "Changes of a run's phase, with the reason of the new one.");
        restarts = meter.CreateCounter<long>("modelop_run_restarts_total", null, "Attempts that ended and were followed by another, by cause.");
        energy = meter.CreateCounter<double>("modelop_run_energy_joules_total", null, "Energy of ended attempts, by method.");
        emissions = meter.CreateCounter<double>("modelop_run_co2e_grams_total", null, "Emissions of ended attempts.");
        queueWait = meter.CreateHistogram("modelop_run_queue_wait_seconds", null, "Time from first sight to the first attempt.", null, Waits);
        startLatency = meter.CreateHistogram("modelop_run_start_latency_seconds", null, "Time from an attempt's decision to its trainer's start.", null, Starts);
        carbonDelay = meter.CreateHistogram("modelop_run_carbon_delay_seconds", null, "Time that runs with a schedule waited for a cleaner grid.", null, Waits);
        estimateError = meter.CreateHistogram("modelop_run_estimate_error_ratio", null, "Energy of runs that succeeded over the median of their estimate; 1 is exact.", null, Ratios);
        scheduled = meter.CreateCounter<double>("modelop_run_scheduled_co2e_grams_total", null, "Emissions of ended runs with a schedule whose counterfactual is known.");
        counterfactual = meter.CreateCounter<double>("modelop_run_counterfactual_co2e_grams_total", null, "What the same runs would have caused without their wait.");
        meter.CreateObservableGauge("modelop_runs", CountRuns, null, "Runs by phase.");
        meter.CreateObservableGauge("modelop_budget_limit_grams", () => Budgets(static s => s.LimitMilligrams ?? 0), null, "Limits of the namespace's budgets in their windows in force, summed.");
        meter.CreateObservableGauge("modelop_budget_reserved_grams", () => Budgets(static s => s.ReservedMilligrams), null, "Reserved in the namespace's budgets.");
        meter.CreateObservableGauge("modelop_budget_committed_grams", () => Budgets(static s => s.SettledMilligrams + s.DebtMilligrams), null, "Settled, with debt carried over, in the namespace's budgets.");
        meter.CreateObservableGauge("modelop_budget_waiting_runs", () => Budgets(static s => s.WaitingRuns * (long)MilligramsPerGram), null, "Runs that wait for the namespace's budgets.");
        informer.Subscribe(Observe);
    }

    /// <summary>Takes a change in.</summary>
    public void Observe(CacheChange<V1TrainingRun> change)
    {
        if (change.Initial || !leads() || change is not { Old: var old, New: { Status: { } now } run } || (old is not null && old.Metadata.Uid != run.Metadata.Uid))
            return;
        var before = old?.Status;
        var space = new KeyValuePair<string, object?>("namespace", run.Metadata.NamespaceProperty);
        if (before?.Phase != now.Phase && (before is not null || now.Phase != default))
            transitions.Add(1, new("from", (before?.Phase ?? default).ToString()), new("to", now.Phase.ToString()), new("reason", now.Reason ?? ""));
        if (before?.Attempts is not { Execution: > 0 } && now is { StartTime: { } seen, CurrentAttempt.DecidedAt: { } decided })
            queueWait.Record(Math.Max(0, (decided - seen).TotalSeconds), space);
        if (now.CurrentAttempt is { DecidedAt: { } wanted, StartedAt: { } started } attempt && (before?.CurrentAttempt?.Number != attempt.Number || before.CurrentAttempt.StartedAt is null))
            startLatency.Record(Math.Max(0, (started - wanted).TotalSeconds), space);
        if (before?.CarbonStart is not { Released: true } && now.CarbonStart is { Released: true } waited)
            carbonDelay.Record(Math.Max(0, (waited.StartTime - waited.Since).TotalSeconds), space);
        ObserveEnd(before, now, space);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private void ObserveEnd(TrainingRunStatus? before, TrainingRunStatus now, KeyValuePair<string, object?> space)
    {
        var known = before?.History is [.., var previous] ? previous.Number : 0;
        if (now.Phase is not (TrainingRunPhase.Succeeded or TrainingRunPhase.Failed) && now is { History: [.., { } ended], Artifact: null } && ended.Number > known)
            restarts.Add(1, new KeyValuePair<string, object?>("cause", ended.Reason ?? ""));
        if (now.Energy is not { } used)
            return;
        if (now.CompletionTime is not null && before?.CompletionTime is null && now.CarbonStart is { RealisedSavingMilligrams: not null, CounterfactualEmissionsMilligrams: { } otherwise })
        {
            scheduled.Add(used.EmissionsMilligrams / MilligramsPerGram, space);
            counterfactual.Add(otherwise / MilligramsPerGram, space);
        }

        if (now is { Phase: TrainingRunPhase.Succeeded, Estimate.EnergyMilliwattHoursP50: > 0 and var median } && before is { Phase: not TrainingRunPhase.Succeeded } && used.EnergyMilliwattHours > 0)
            estimateError.Record(used.EnergyMilliwattHours * (used.PueMilli / 1000.0) / median, space, new("method", used.Method));
        if (used.EnergyMilliwattHours - (before?.Energy?.EnergyMilliwattHours ?? 0) is > 0 and var milliwattHours)
            energy.Add(milliwattHours * JoulesPerMilliwattHour, space, new("method", used.Method));
        if (used.EmissionsMilligrams - (before?.Energy?.EmissionsMilligrams ?? 0) is > 0 and var milligrams)
            emissions.Add(milligrams / MilligramsPerGram, space);
    }

    private List<Measurement<long>> CountRuns() => !leads() ? [] :
    [
        .. runs.CountBy(Phases).Select(static pair => Counted(pair.Key.Split('/'), pair.Value)),
    ];

    private static Measurement<long> Counted(string[] place, int count) =>
        new(count, new KeyValuePair<string, object?>("namespace", place[0]), new KeyValuePair<string, object?>("phase", place[1]));

    private List<Measurement<double>> Budgets(Func<CarbonBudgetStatus, long> milligrams) => !leads() ? [] :
    [
        .. budgets.List().Concat(clusterBudgets.List()).Where(static budget => budget.Status is not null).GroupBy(static budget => (budget.Kind, Space: budget.Metadata.NamespaceProperty ?? ""))
            .Select(group => new Measurement<double>(group.Sum(budget => milligrams(budget.Status!)) / MilligramsPerGram, new("namespace", group.Key.Space), new("kind", group.Key.Kind))),
    ];
}
