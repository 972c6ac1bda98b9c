using System.Collections.Immutable;
using ModelOperator.CanaryDeployments;
using ModelOperator.CarbonBudgets;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Registry;

/// <summary>
/// Keeps, in memory, what an object showed last before it went or moved on: deleted objects, earlier decisions, closed windows, ended
/// reservations. All else is read from the objects themselves, whenever. So only what is in here is lost when the process ends during
/// an outage of the database. Bounded: the oldest facts go first. Thread-safe.
/// </summary>
/// <param name="time">Clock.</param>
/// <param name="capacity">Entries at most.</param>
public sealed class RegistryJournal(TimeProvider time, int capacity = 5_000)
{
    private readonly Lock gate = new();
    private readonly LinkedList<JournalEntry> entries = new();
    private long dropped;

    /// <summary>Entries that wait.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return entries.Count;
        }
    }

    /// <summary>Looks at a change of a run.</summary>
    /// <param name="change">Change.</param>
    /// <returns>True: every change counts.</returns>
    public bool Observe(CacheChange<V1TrainingRun> change)
    {
        if (change is { Old: { } old } && IsGone(old.Metadata.Uid, change.New?.Metadata.Uid))
            Add($"TrainingRun {old.Metadata.NamespaceProperty}/{old.Metadata.Name}", RunRows.Of(old, time.GetUtcNow()));
        return true;
    }

    /// <summary>Looks at a change of an override.</summary>
    /// <param name="change">Change.</param>
    /// <returns>True: every change counts.</returns>
    public bool Observe(CacheChange<V1BudgetOverride> change)
    {
        if (change is { Old: { } old } && IsGone(old.Metadata.Uid, change.New?.Metadata.Uid))
            Add($"BudgetOverride {old.Metadata.NamespaceProperty}/{old.Metadata.Name}", OverrideRows.Of(old, time.GetUtcNow()));
        return true;
    }

    /// <summary>Looks at a change of a version.</summary>
    /// <param name="change">Change.</param>
    /// <returns>True: every change counts.</returns>
    public bool Observe(CacheChange<V1ModelVersion> change)
    {
        if (change is { Old: { } old } && IsGone(old.Metadata.Uid, change.New?.Metadata.Uid))
            Add($"ModelVersion {old.Metadata.NamespaceProperty}/{old.Metadata.Name}", ModelRows.Of(old, time.GetUtcNow()));
        return true;
    }

    /// <summary>Looks at a change of a model. Aliases go with a model that is gone, not with one that was made again.</summary>
    /// <param name="change">Change.</param>
    /// <returns>True: every change counts.</returns>
    public bool Observe(CacheChange<V1Model> change)
    {
        if (change is not { Old: { } old } || !IsGone(old.Metadata.Uid, change.New?.Metadata.Uid))
            return true;
        var rows = ModelRows.Of(old, static _ => null, time.GetUtcNow());
        Add($"Model {old.Metadata.NamespaceProperty}/{old.Metadata.Name}", change.New is null ? rows : [.. rows.Take(1)]);
        return true;
    }

    /// <summary>Looks at a change of a canary: its latest decision is replaced by the next one.</summary>
    /// <param name="change">Change.</param>
    /// <returns>True: every change counts.</returns>
    public bool Observe(CacheChange<V1CanaryDeployment> change)
    {
        if (change.Old is not { } old)
            return true;
        var subject = $"CanaryDeployment {old.Metadata.NamespaceProperty}/{old.Metadata.Name}";
        if (IsGone(old.Metadata.Uid, change.New?.Metadata.Uid))
            Add(subject, CanaryRows.Of(old, time.GetUtcNow()));
        else if (old.Status?.LastDecision is { } decision && decision != change.New?.Status?.LastDecision)
            Add(subject, [.. CanaryRows.Of(old).Where(static row => row.Table != RegistryTables.Canaries)]);
        return true;
    }

    /// <summary>Looks at a change of a budget: windows close, and reservations change and end.</summary>
    /// <param name="change">Change.</param>
    /// <returns>True: every change counts.</returns>
    public bool Observe<T>(CacheChange<T> change)
        where T : V1CarbonBudget
    {
        if (change.Old is not V1CarbonBudget old)
            return true;
        var subject = CarbonBudgetLedgers.FullTitleOf(old);
        if (IsGone(old.Metadata.Uid, change.New?.Metadata.Uid))
        {
            Add(subject, BudgetRows.Of(old, time.GetUtcNow()));
            return true;
        }

        var left = (change.New?.Status?.Holds ?? []).Select(static hold => (hold.RunUid, hold.ReservedAt, hold.ChangedAt)).ToHashSet();
        var ended = (old.Status?.Holds ?? []).Where(hold => !left.Contains((hold.RunUid, hold.ReservedAt, hold.ChangedAt))).ToList();
        if (ended.Count > 0)
            Add(subject, [.. BudgetRows.Of(old with { Status = old.Status! with { Holds = ended } }).Where(static row => row.Table == LedgerTables.Ledger)]);
        if (old.Status?.WindowStart is not null && old.Status.WindowStart != change.New?.Status?.WindowStart && BudgetRows.Window(old, closed: true) is { } window)
            Add(subject, [window]);
        return true;
    }

    /// <summary>Takes the oldest entries out; whoever takes them writes them or gives them back.</summary>
    /// <param name="most">Entries at most.</param>
    public IReadOnlyList<JournalEntry> Take(int most)
    {
        lock (gate)
        {
            var taken = new List<JournalEntry>();
            while (taken.Count < most && entries.First is { } first)
            {
                taken.Add(first.Value);
                entries.RemoveFirst();
            }

            return taken;
        }
    }

    /// <summary>Gives entries back that could not be written; they are the oldest again.</summary>
    /// <param name="taken">Entries, in order.</param>
    public void GiveBack(IReadOnlyList<JournalEntry> taken)
    {
        lock (gate)
        {
            for (var i = taken.Count - 1; i >= 0; i--)
                entries.AddFirst(taken[i]);
            Trim();
        }
    }

    /// <summary>Entries dropped since the last call.</summary>
    public long TakeDropped() => Interlocked.Exchange(ref dropped, 0);

    private static bool IsGone(string? old, string? next) => old is not null && old != next;

    private void Add(string subject, ImmutableArray<RegistryRow> rows)
    {
        if (rows.IsEmpty)
            return;
        lock (gate)
        {
            entries.AddLast(new JournalEntry(subject, rows));
            Trim();
        }
    }

    private void Trim()
    {
        while (entries.Count > capacity)
        {
            entries.RemoveFirst();
            Interlocked.Increment(ref dropped);
        }
    }
}
