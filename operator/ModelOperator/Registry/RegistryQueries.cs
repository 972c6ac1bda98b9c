using Npgsql;

namespace ModelOperator.Registry;

/// <summary>Questions to the history. Each fails with <see cref="NpgsqlException"/> when the database is away.</summary>
/// <param name="database">Database.</param>
public sealed class RegistryQueries(RegistryDatabase database)
{
    private const string RunsSql = """
        SELECT namespace, name, model, phase, model_version, device, COALESCE(running_at, started_at), completed_at,
            CASE WHEN jsonb_typeof(metrics->'rmse') = 'number' THEN (metrics->>'rmse')::double precision END,
            energy_milliwatt_hours, emissions_milligrams, energy_method
        FROM runs WHERE $1::text IS NULL OR namespace = $1 ORDER BY created_at, namespace, name LIMIT $2
        """;

    private const string OutcomesSql = """
        SELECT namespace, canary, model, version, stable, outcome, reason, metric, value, baseline, bound, samples, started_at, finished_at
        FROM canary_outcomes WHERE $1::text IS NULL OR namespace = $1 ORDER BY finished_at, namespace, canary LIMIT $2
        """;

    /// <summary>Runs, oldest first, deleted ones included.</summary>
    /// <param name="namespaceName">One namespace, or all when null.</param>
    /// <param name="most">Rows at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<List<RunReport>> RunsAsync(string? namespaceName, int most, CancellationToken cancellationToken) =>
        RowsAsync(RunsSql, namespaceName, most, Run, cancellationToken);

    /// <summary>Ended canaries, oldest first.</summary>
    /// <param name="namespaceName">One namespace, or all when null.</param>
    /// <param name="most">Rows at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<List<CanaryOutcomeReport>> CanaryOutcomesAsync(string? namespaceName, int most, CancellationToken cancellationToken) =>
        RowsAsync(OutcomesSql, namespaceName, most, Outcome, cancellationToken);

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA2100", Justification = "Called with the constants above; values are parameters.")]
    private Task<List<T>> RowsAsync<T>(string sql, string? namespaceName, int most, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(sql, connection);
                command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)namespaceName ?? DBNull.Value });
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
                await using var reader = await command.ExecuteReaderAsync(token);
                var rows = new List<T>();
                while (await reader.ReadAsync(token))
                    rows.Add(row(reader));
                return rows;
            },
            cancellationToken);

    private static RunReport Run(NpgsqlDataReader row)
    {
        var (started, completed) = (Time(row, 6), Time(row, 7));
        return new(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), Text(row, 4), Text(row, 5), completed - started,
            row.IsDBNull(8) ? null : row.GetDouble(8), Number(row, 9), Number(row, 10), Text(row, 11), completed);
    }

    private static CanaryOutcomeReport Outcome(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), Text(row, 4), row.GetString(5), Text(row, 6), Text(row, 7), Text(row, 8),
        Text(row, 9), Text(row, 10), Number(row, 11), Time(row, 12), row.GetFieldValue<DateTimeOffset>(13));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
