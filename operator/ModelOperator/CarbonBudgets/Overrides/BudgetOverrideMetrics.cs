using System.Diagnostics.Metrics;
using ModelOperator.Api;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Leadership;

namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>Counts what becomes of overrides, as the caches show it; the leading replica alone. Thread-safe.</summary>
public sealed class BudgetOverrideMetrics : IHostedService, IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ModelOperator.CarbonBudgets";

    private readonly Meter meter = new(MeterName);
    private readonly Func<bool> leads;
    private readonly Counter<long> overrides;

    /// <summary>Subscribes to the cache before it runs.</summary>
    /// <param name="caches">Caches.</param>
    /// <param name="elector">Leader election; this process always leads when null.</param>
    public BudgetOverrideMetrics(Caches caches, LeaseElector? elector = null)
    {
        leads = elector is null ? static () => true : () => elector.IsLeading;
        overrides = meter.CreateCounter<long>("modelop_budget_overrides_total", null, "BudgetOverrides by the phase that they reached: Ready, Used, Expired, NotNeeded, Refused.");
        caches.InformerOf(ModelOperatorDescriptors.BudgetOverrides).Subscribe(Observe);
    }

    /// <summary>Takes a change in.</summary>
    public void Observe(CacheChange<V1BudgetOverride> change)
    {
        if (change.Initial || !leads() || change.New is not { Status: { } now } one || now.Phase == BudgetOverridePhase.Pending)
            return;
        var before = change.Old is { } old && old.Metadata.Uid == one.Metadata.Uid ? old.Status?.Phase : null;
        if (before != now.Phase)
            overrides.Add(1, new("namespace", one.Metadata.NamespaceProperty), new("phase", now.Phase.ToString()));
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();
}
