using ModelOperator.Registry;
using Npgsql;
using NpgsqlTypes;

namespace ModelOperator.Predictions;

/// <summary>Removes predictions and truths that were kept long enough, a bounded number in each sweep: what is left goes with the next one.</summary>
/// <param name="keep">How long they are kept, by the database's clock; for ever when zero.</param>
public sealed class PredictionRetention(TimeSpan keep)
{
    // One statement stays well below the limit of a command; all of a sweep keep up with 1,600 rows per second.
    private const int Chunk = 10_000;
    private const int MostChunks = 100;

    private static readonly string[] Statements = [.. new[] { "predictions", "prediction_truths" }.Select(static table =>
        $"DELETE FROM {table} WHERE ctid = ANY (ARRAY (SELECT ctid FROM {table} WHERE recorded_at < now() - $1 LIMIT $2))")];

    /// <summary>One sweep.</summary>
    /// <param name="database">Database.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Rows that were removed.</returns>
    /// <exception cref="NpgsqlException">The database cannot be used.</exception>
    public async Task<long> SweepAsync(RegistryDatabase database, CancellationToken cancellationToken)
    {
        if (keep == TimeSpan.Zero)
            return 0;
        long removed = 0;
        foreach (var sql in Statements)
        {
            for (var (chunk, gone) = (0, Chunk); chunk < MostChunks && gone == Chunk; chunk++)
                removed += gone = await database.ReadAsync((connection, token) => RemoveAsync(connection, sql, token), cancellationToken);
        }

        return removed;
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA2100", Justification = "Called with the constants above; values are parameters.")]
    private async Task<int> RemoveAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Interval, Value = keep });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Chunk });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
