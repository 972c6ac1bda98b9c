using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Predictions;
using Npgsql;

namespace ModelOperator.Registry;

/// <summary>
/// Under one key, serially: keeps the contact alive, and now and then closes what nobody was there to see end: rows of objects that are
/// gone, reservations of runs that are gone. Removes predictions that were kept long enough.
/// </summary>
/// <param name="database">Database.</param>
/// <param name="journal">Facts that go first: they know more than this sweep.</param>
/// <param name="stores">Objects.</param>
/// <param name="time">Clock.</param>
/// <param name="predictions">Removes predictions that were kept long enough; none are when null.</param>
public sealed class HistorySweep(
    RegistryDatabase database, RegistryJournal journal, RegistryStores stores, TimeProvider time, PredictionRetention? predictions = null) : IKeyController
{
    /// <summary>Time between contacts.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);

    /// <summary>Time between sweeps.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private const int Chunk = 500;

    private DateTimeOffset nextSweep = DateTimeOffset.MinValue;
    private long sweptEpoch = -1;

    /// <summary>The only key.</summary>
    public static NamespacedName Key { get; } = new("", "sweep");

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        if (database.Wait is { } wait)
            return ReconciliationResult.RequeueAfter(wait);
        if (await database.WriteAsync("the heartbeat", [], cancellationToken) != RegistryWriteResult.Written)
            return ReconciliationResult.RequeueAfter(database.Wait ?? Heartbeat);
        var now = time.GetUtcNow();
        if ((now < nextSweep && sweptEpoch == database.Epoch) || !stores.HaveSynced || journal.Count > 0)
            return ReconciliationResult.RequeueAfter(Heartbeat);
        var epoch = database.Epoch;
        if (await SweepAsync(cancellationToken))
            (nextSweep, sweptEpoch) = (now + Interval, epoch);
        return ReconciliationResult.RequeueAfter(Heartbeat);
    }

    /// <summary>One sweep; false when the database went away.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<bool> SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var rows = await database.ReadAsync(GoneAsync, cancellationToken);
            rows.AddRange(stores.AllBudgets(null).Where(static budget => budget is { Metadata.Uid: not null, Status: not null }).Select(budget => LedgerTables.Orphans.Row(
                ("budget_uid", budget.Metadata.Uid),
                ("known_uids", RegistryJson.Array(
                    stores.Runs.Uids(budget.Metadata.NamespaceProperty)
                        .Concat((budget.Status?.Holds ?? []).Select(static hold => hold.RunUid)))))));
            foreach (var chunk in rows.Chunk(Chunk))
            {
                if (await database.WriteAsync("the sweep", chunk, cancellationToken) == RegistryWriteResult.Away)
                    return false;
            }

            if (predictions is not null)
                await predictions.SweepAsync(database, cancellationToken);
            return true;
        }
        catch (Exception absent) when (absent is NpgsqlException or RegistrySchemaException or TimeoutException or IOException)
        {
            // Said and counted where it happened.
            return false;
        }
    }

    /// <summary>The database is read before the caches: what is in it was in them, so what is no longer in them is gone.</summary>
    private async Task<List<RegistryRow>> GoneAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var runs = await UidsAsync(connection, "SELECT uid FROM runs WHERE deleted_at IS NULL", cancellationToken);
        var models = await UidsAsync(connection, "SELECT uid FROM models WHERE deleted_at IS NULL AND uid IS NOT NULL", cancellationToken);
        var versions = await UidsAsync(connection, "SELECT uid FROM model_versions WHERE deleted_at IS NULL", cancellationToken);
        var overrides = await UidsAsync(connection, "SELECT uid FROM budget_overrides WHERE deleted_at IS NULL", cancellationToken);
        var budgets = await UidsAsync(connection, "SELECT uid FROM budgets WHERE deleted_at IS NULL", cancellationToken);
        var canaries = await UidsAsync(connection, "SELECT uid FROM canaries WHERE deleted_at IS NULL", cancellationToken);
        budgets.ExceptWith(stores.AllBudgets(null).Select(static budget => budget.Metadata.Uid ?? ""));
        canaries.ExceptWith(stores.Canaries.Uids());
        runs.ExceptWith(stores.Runs.Uids());
        models.ExceptWith(stores.Models.Uids());
        versions.ExceptWith(stores.Versions.Uids());
        overrides.ExceptWith(stores.Overrides.Uids());
        return
        [
            .. budgets.Select(static uid => LedgerTables.BudgetGone.Row(("uid", uid))),
            .. canaries.Select(static uid => LedgerTables.CanaryGone.Row(("uid", uid))),
            .. overrides.Select(static uid => LedgerTables.OverrideGone.Row(("uid", uid))),
            .. runs.Select(static uid => LedgerTables.RunGone.Row(("uid", uid))),
            .. models.Select(static uid => LedgerTables.ModelGone.Row(("uid", uid))),
            .. versions.Select(static uid => LedgerTables.VersionGone.Row(("uid", uid))),
        ];
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA2100", Justification = "Called with the constants above.")]
    private static async Task<HashSet<string>> UidsAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var uids = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            uids.Add(reader.GetString(0));
        return uids;
    }
}
