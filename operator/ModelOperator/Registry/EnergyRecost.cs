using ModelOperator.Carbon;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;
using ModelOperator.GridSources;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Controllers;
using Npgsql;

namespace ModelOperator.Registry;

/// <summary>
/// Costs hours of runs and of serving again whose intensity was a stand-in when they were booked and is known by now. Looks at a bounded number of hours at a time, oldest first, and
/// begins again some time after the newest. Only the history learns of it: a budget's ledger stays as it was booked.
/// </summary>
public sealed class EnergyRecost : IKeyController
{
    /// <summary>Time between rounds.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);

    /// <summary>Hours in one look.</summary>
    public const int Chunk = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WhenAway = TimeSpan.FromSeconds(30);

    // An hour that no source was ever asked about again, and one that is not over, are left alone.
    private const string DueSql = """
        SELECT subject, hour, namespace, zone, energy_milliwatt_hours, pue_milli, emissions_milligrams, intensity_milligrams_per_kwh, intensity_quality, intensity_source, serves FROM (
            SELECT run_uid AS subject, hour, namespace, zone, energy_milliwatt_hours, pue_milli, emissions_milligrams, intensity_milligrams_per_kwh, booked_quality, intensity_quality,
                intensity_source, false AS serves FROM run_hours
            UNION ALL
            SELECT serving, hour, namespace, zone, energy_milliwatt_hours, pue_milli, known_milligrams, known_intensity, intensity_quality, known_quality, known_source, true
            FROM serving_hours) AS due
        WHERE booked_quality <> 'Measured' AND intensity_quality <> 'Measured' AND zone IS NOT NULL AND hour >= $1 AND hour < $2 AND (hour, subject) > ($3, $4)
        ORDER BY hour, subject LIMIT $5
        """;

    private readonly RegistryDatabase database;
    private readonly Func<string, CancellationToken, Task<ZoneIntensity<AverageSignal>>> zone;
    private readonly TimeProvider time;
    private (DateTimeOffset Hour, string Subject) cursor = (DateTimeOffset.UnixEpoch, "");

    /// <summary>Begins at the oldest hour.</summary>
    /// <param name="database">Database.</param>
    /// <param name="grid">What is known about zones.</param>
    /// <param name="time">Clock.</param>
    public EnergyRecost(RegistryDatabase database, GridKnowledge grid, TimeProvider time)
        : this(database, grid.AverageAsync, time)
    {
    }

    /// <summary>The same with another way to know.</summary>
    /// <param name="database">Database.</param>
    /// <param name="zone">What is known about a zone now.</param>
    /// <param name="time">Clock.</param>
    public EnergyRecost(RegistryDatabase database, Func<string, CancellationToken, Task<ZoneIntensity<AverageSignal>>> zone, TimeProvider time) =>
        (this.database, this.zone, this.time) = (database, zone, time);

    /// <summary>The only key.</summary>
    public static NamespacedName Key { get; } = new("", "recost");

    /// <summary>Hours costed again so far.</summary>
    public long Recosted { get; private set; }

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        if (database.Wait is { } wait)
            return ReconciliationResult.RequeueAfter(wait);
        try
        {
            return ReconciliationResult.RequeueAfter(await LookAsync(cancellationToken) ? Pause : Interval);
        }
        catch (Exception absent) when (absent is NpgsqlException or RegistrySchemaException or TimeoutException or IOException)
        {
            // Said and counted where it happened.
            return ReconciliationResult.RequeueAfter(database.Wait ?? WhenAway);
        }
    }

    /// <summary>Looks at the next hours.</summary>
    /// <returns>True when there are more in this round.</returns>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        var due = await database.ReadAsync(DueAsync, cancellationToken);
        var rows = new List<RegistryRow>();
        foreach (var group in due.GroupBy(static d => d.Zone, StringComparer.Ordinal))
        {
            var known = await zone(group.Key, cancellationToken);
            if (known.HasSources)
                rows.AddRange(group.Select(d => Row(d, known)).OfType<RegistryRow>());
        }

        if (rows.Count > 0 && await database.WriteAsync("hours costed again", rows, cancellationToken) == RegistryWriteResult.Away)
            return false;
        Recosted += rows.Count;
        cursor = due.Count == Chunk ? (due[^1].Booked.Start, due[^1].Subject) : (DateTimeOffset.UnixEpoch, "");
        return due.Count == Chunk;
    }

    private static RegistryRow? Row(DueHour due, ZoneIntensity<AverageSignal> known) =>
        Recosting.Better(due.Booked, new PowerUsageEffectiveness(due.PueMilli), known) is not { } better ? null : (due.Serves ? ServingTables.Recosts : EnergyTables.Recosts).Row(
            (due.Serves ? "serving" : "run_uid", due.Subject), ("hour", better.Start), ("namespace", due.Namespace), ("energy_milliwatt_hours", better.Energy.MilliwattHours),
            ("emissions_milligrams", better.Emissions.Milligrams), ("intensity_milligrams_per_kwh", better.Intensity.MilligramsPerKilowattHour),
            ("intensity_quality", better.Quality.ToString()), ("intensity_source", better.Source));

    private async Task<List<DueHour>> DueAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = new NpgsqlCommand(DueSql, connection);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now - GridIntensityCache<AverageSignal>.Kept });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now - TimeSpan.FromHours(1) });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = cursor.Hour });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = cursor.Subject });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Chunk });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<DueHour>();
        while (await reader.ReadAsync(cancellationToken))
            due.Add(Due(reader));
        return due;
    }

    private static DueHour Due(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(2), row.GetString(3), (int)row.GetInt64(5), new(
        row.GetFieldValue<DateTimeOffset>(1), TimeSpan.Zero, new(row.GetInt64(4)), new(row.GetInt64(6)), new(row.GetInt64(7)),
        Enum.TryParse<IntensityQuality>(row.GetString(8), out var quality) ? quality : IntensityQuality.Yearly, row.IsDBNull(9) ? "" : row.GetString(9)), row.GetBoolean(10));

    private sealed record DueHour(string Subject, string Namespace, string Zone, int PueMilli, HourlyEnergy Booked, bool Serves);
}
