using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace ModelOperator.Registry;

/// <summary>Accounts out of the history.</summary>
/// <param name="database">Database.</param>
public sealed class AccountQueries(RegistryDatabase database)
{
    /// <summary>What accounts can be made by.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["model", "dataset", "framework", "region", "user", "run", "phase", "server"];

    private const string Sums = """
        held.currency, sum(held.cost_micros)::bigint, count(*) FILTER (WHERE held.kind = 'run'), count(*) FILTER (WHERE held.kind = 'run' AND held.cost_micros IS NULL),
        sum(held.facility_milliwatt_hours)::bigint, sum(held.emissions_milligrams)::bigint, sum(held.booked_milligrams)::bigint, sum(held.seconds)::bigint,
        sum(held.lost_seconds)::bigint, sum(held.gpu_seconds)::bigint, sum(held.idle_gpu_seconds)::bigint, sum(held.lost_gpu_seconds)::bigint,
        sum(GREATEST(held.cpu_seconds_requested - held.cpu_seconds_used, 0)) FILTER (WHERE held.cpu_seconds_requested - held.cpu_seconds_used IS NOT NULL)::bigint, sum(held.predictions)::bigint,
        count(*) FILTER (WHERE held.kind <> 'run' AND held.cost_micros IS NULL)
        """;

    // Of what is known: a CPU second that was set aside counts beside one that was used.
    private const string Usage = """
        sum(held.cpu_seconds_requested) FILTER (WHERE held.cpu_seconds_used IS NOT NULL)::bigint, sum(held.cpu_seconds_used)::bigint, max(held.memory_bytes_requested), max(held.memory_bytes_peak),
        max(held.disk_bytes_requested), max(held.disk_bytes_peak), sum(held.disk_bytes_read)::bigint, sum(held.disk_bytes_written)::bigint, sum(held.network_bytes_received)::bigint,
        sum(held.network_bytes_sent)::bigint, sum(held.seconds) FILTER (WHERE held.cpu_seconds_used IS NOT NULL)::bigint, sum(held.gpu_seconds) FILTER (WHERE held.idle_gpu_seconds IS NOT NULL)::bigint
        """;

    private const string Within = """
        ($1::text IS NULL OR held.namespace = $1) AND ($2::timestamptz IS NULL OR held.began_at >= $2) AND ($3::timestamptz IS NULL OR held.began_at < $3)
        """;

    private const int FirstUsage = 17;

    private const string Order = "ORDER BY 7 DESC NULLS LAST, 1, 2 LIMIT $4";

    /// <summary>The lines, largest emissions first.</summary>
    /// <param name="by">One of <see cref="Kinds"/>.</param>
    /// <param name="space">One namespace, or all when null.</param>
    /// <param name="from">Runs that began from here on; all when null.</param>
    /// <param name="to">Runs that began before; all when null.</param>
    /// <param name="most">Lines at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="NpgsqlException">The database is away.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such kind.</exception>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA2100", Justification = "Put together out of constants; values are parameters.")]
    public Task<List<AccountLine>> LinesAsync(string by, string? space, DateTimeOffset? from, DateTimeOffset? to, int most, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) =>
        {
            await using var command = new NpgsqlCommand(SqlOf(by), connection);
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)space ?? DBNull.Value });
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = (object?)from?.ToUniversalTime() ?? DBNull.Value });
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = (object?)to?.ToUniversalTime() ?? DBNull.Value });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
            await using var reader = await command.ExecuteReaderAsync(token);
            var lines = new List<AccountLine>();
            while (await reader.ReadAsync(token))
                lines.Add(by is "run" or "server" ? AccountUsage.Beside(Line(reader), reader, FirstUsage) : Line(reader));
            return lines;
        },
        cancellationToken);

    private static string SqlOf(string by) => by switch
    {
        "model" => Grouped("held.namespace || '/' || held.model"),
        "framework" => Grouped("held.framework"),
        "region" => Grouped("held.region"),
        "user" => Grouped("held.created_by"),
        "dataset" => Grouped("read.namespace || '/' || read.name", "JOIN run_datasets AS read ON read.run_uid = held.uid"),
        // Two runs may have had one name.
        "run" => $"SELECT held.namespace || '/' || held.name, {Sums}, max(held.advice::text), {Usage} FROM account_entries AS held WHERE {Within} GROUP BY held.uid, 1, 2 {Order}",
        "server" => $"SELECT held.serving, {Sums}, NULL::text, {Usage} FROM account_entries AS held WHERE {Within} AND held.serving IS NOT NULL GROUP BY 1, 2 {Order}",
        "phase" => $"SELECT held.phase, {Sums}, NULL::text FROM phase_entries AS held WHERE {Within} GROUP BY 1, 2 {Order}",
        _ => throw new ArgumentOutOfRangeException(nameof(by), by, $"one of {string.Join(", ", Kinds)}"),
    };

    private static string Grouped(string key, string join = "") => $"SELECT {key}, {Sums}, NULL::text FROM account_entries AS held {join} WHERE {Within} GROUP BY 1, 2 {Order}";

    private static AccountLine Line(NpgsqlDataReader row) => new()
    {
        Key = row.GetString(0),
        Currency = row.IsDBNull(1) ? null : row.GetString(1),
        CostMicros = Number(row, 2),
        Runs = row.GetInt64(3),
        RunsWithoutCost = row.GetInt64(4),
        EnergyMilliwattHours = Number(row, 5),
        EmissionsMilligrams = Number(row, 6),
        BookedMilligrams = Number(row, 7),
        Seconds = Number(row, 8),
        LostSeconds = Number(row, 9),
        GpuSeconds = Number(row, 10),
        IdleGpuSeconds = Number(row, 11),
        LostGpuSeconds = Number(row, 12),
        IdleCpuSeconds = Number(row, 13),
        Predictions = Number(row, 14),
        ServingHoursWithoutCost = row.GetInt64(15),
        Advice = row.IsDBNull(16) ? null : JsonSerializer.Deserialize(row.GetString(16), AccountsJson.Default.ListString),
    };

    internal static long? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
