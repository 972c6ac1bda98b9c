using System.Collections.Immutable;
using ModelOperator.CanaryDeployments;
using ModelOperator.CarbonBudgets;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.ModelVersions;
using ModelOperator.Registry;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.Registry;

/// <summary>A history writer with caches that the test fills, a clock that it moves, and a real database.</summary>
internal sealed class RegistryWorld : IAsyncDisposable
{
    public RegistryWorld(string connection, TimeProvider? time = null, int journalCapacity = 5_000)
    {
        Clock = time ?? new FakeTimeProvider();
        Journal = new RegistryJournal(Clock, journalCapacity);
        Backlog = new RegistryBacklog(Journal);
        Database = new RegistryDatabase(connection, RegistryMigrations.Load(), Clock, Log, static () => 0);
        Stores = new RegistryStores(Runs, Models, Versions, Canaries, Budgets, ClusterBudgets, Overrides);
        Writer = new HistoryWriter(Database, Journal, Stores, Backlog, Metrics);
        Sweep = new HistorySweep(Database, Journal, Stores, Clock);
    }

    public TimeProvider Clock { get; }

    public MemoryStore<V1TrainingRun> Runs { get; } = new();

    public MemoryStore<V1Model> Models { get; } = new();

    public MemoryStore<V1ModelVersion> Versions { get; } = new();

    public MemoryStore<V1CanaryDeployment> Canaries { get; } = new();

    public MemoryStore<V1CarbonBudget> Budgets { get; } = new();

    public MemoryStore<V1ClusterCarbonBudget> ClusterBudgets { get; } = new();

    public MemoryStore<V1BudgetOverride> Overrides { get; } = new();

    public RegistryStores Stores { get; }

    public RegistryJournal Journal { get; }

    public RegistryBacklog Backlog { get; }

    public RegistryMetrics Metrics { get; } = new();

    public TextLogger<RegistryDatabase> Log { get; } = new();

    public RegistryDatabase Database { get; }

    public HistoryWriter Writer { get; }

    public HistorySweep Sweep { get; }

    public ImmutableArray<NamespacedName> Keys =>
    [
        .. Models.List().Select(RegistryKeys.Of), .. Versions.List().Select(RegistryKeys.Of), .. Runs.List().Select(RegistryKeys.Of),
        .. Canaries.List().Select(RegistryKeys.Of), .. Budgets.List().Select(RegistryKeys.Of), .. Overrides.List().Select(RegistryKeys.Of),
    ];

    /// <summary>One pass over every object, and over a key without an object, which writes what only the journal knows.</summary>
    public async Task<List<ReconciliationResult>> PassAsync()
    {
        var results = new List<ReconciliationResult>();
        foreach (var key in Keys.Add(new("ml", "TrainingRun/nobody")))
            results.Add(await Writer.ReconcileAsync(key, CancellationToken.None));
        return results;
    }

    public void Advance(TimeSpan by) => ((FakeTimeProvider)Clock).Advance(by);

    public void Put(V1TrainingRun run) => Journal.Observe(Runs.Put(run));

    public void Put(V1Model model) => Journal.Observe(Models.Put(model));

    public void Put(V1ModelVersion version) => Journal.Observe(Versions.Put(version));

    public void Put(V1CanaryDeployment canary) => Journal.Observe(Canaries.Put(canary));

    public void Put(V1CarbonBudget budget) => Journal.Observe(Budgets.Put(budget));

    public void Put(V1BudgetOverride one) => Journal.Observe(Overrides.Put(one));

    public void Remove(V1BudgetOverride one) => Journal.Observe(Overrides.Remove(one));

    public void Remove(V1TrainingRun run) => Journal.Observe(Runs.Remove(run));

    public void Remove(V1ModelVersion version) => Journal.Observe(Versions.Remove(version));

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Metrics.Dispose();
    }
}
