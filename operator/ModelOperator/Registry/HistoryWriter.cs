using System.Collections.Concurrent;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Controllers;

namespace ModelOperator.Registry;

/// <summary>
/// Writes what the objects show to the database, and nothing twice. Level-triggered: while the database is away keys wait, and when it is
/// back the objects as they are then are written. An absent database is no failure of a pass: it uses none of the retries that
/// the controllers share.
/// </summary>
/// <param name="database">Database.</param>
/// <param name="journal">Facts that objects no longer show.</param>
/// <param name="stores">Objects.</param>
/// <param name="backlog">Told what waits.</param>
/// <param name="metrics">Measurements.</param>
public sealed class HistoryWriter(
    RegistryDatabase database, RegistryJournal journal, RegistryStores stores, RegistryBacklog backlog, RegistryMetrics metrics) : IKeyController
{
    private const int JournalBatch = 50;
    private static readonly TimeSpan Contention = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterRejection = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<NamespacedName, (long Epoch, byte[] Digest)> written = new();

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        backlog.Add(key);
        if (database.Wait is { } wait)
            return PutOff(wait);
        if (!await WriteJournalAsync(cancellationToken))
            return PutOff(database.Wait);
        var epoch = database.Epoch;
        if (stores.RowsOf(key) is not { } rows)
        {
            written.TryRemove(key, out _);
            return Done(key);
        }

        var digest = RowDigest.Of(rows);
        if (rows.IsEmpty || (written.TryGetValue(key, out var known) && known.Epoch == epoch && known.Digest.AsSpan().SequenceEqual(digest)))
        {
            metrics.Wrote("unchanged");
            return Done(key);
        }

        switch (await database.WriteAsync(key.ToString(), rows, cancellationToken))
        {
            case RegistryWriteResult.Written:
                written[key] = (epoch, digest);
                metrics.Wrote("written");
                return Done(key);
            case RegistryWriteResult.Rejected:
                metrics.Wrote("rejected");
                return ReconciliationResult.RequeueAfter(AfterRejection);
            default:
                return PutOff(database.Wait);
        }
    }

    /// <summary>Writes all facts that wait, whoever they are about. Of a refused batch each entry is tried alone, and the refused one is given up.</summary>
    private async Task<bool> WriteJournalAsync(CancellationToken cancellationToken)
    {
        if (journal.TakeDropped() is > 0 and var dropped)
            metrics.Wrote("dropped", dropped);
        while (journal.Take(JournalBatch) is { Count: > 0 } entries)
        {
            var left = entries;
            try
            {
                var result = await database.WriteAsync("the journal", [.. entries.SelectMany(static entry => entry.Rows)], cancellationToken);
                if (result == RegistryWriteResult.Rejected)
                    result = await WriteEachAsync(entries, rest => left = rest, cancellationToken);
                if (result == RegistryWriteResult.Away)
                    return false;
                left = [];
            }
            finally
            {
                // An aborted pass gives its facts back, too.
                journal.GiveBack(left);
            }
        }

        return true;
    }

    private async Task<RegistryWriteResult> WriteEachAsync(
        IReadOnlyList<JournalEntry> entries, Action<IReadOnlyList<JournalEntry>> left, CancellationToken cancellationToken)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            left([.. entries.Skip(i)]);
            var result = await database.WriteAsync(entries[i].Subject, entries[i].Rows, cancellationToken);
            if (result == RegistryWriteResult.Away)
                return result;
            if (result == RegistryWriteResult.Rejected)
                metrics.Wrote("rejected");
        }

        return RegistryWriteResult.Written;
    }

    private ReconciliationResult PutOff(TimeSpan? wait)
    {
        metrics.Wrote("away");
        return ReconciliationResult.RequeueAfter(wait ?? Contention);
    }

    private ReconciliationResult Done(NamespacedName key)
    {
        backlog.Remove(key);
        return ReconciliationResult.Done;
    }
}
