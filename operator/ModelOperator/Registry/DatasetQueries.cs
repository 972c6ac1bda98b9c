using Npgsql;
using NpgsqlTypes;

namespace ModelOperator.Registry;

/// <summary>Questions about datasets to the history.</summary>
/// <param name="database">Database.</param>
public sealed class DatasetQueries(RegistryDatabase database)
{
    private const string DigestsSql = """
        SELECT namespace, name, digest, uri, first_read_at, last_read_at, rows, columns, profile_digest, array_to_string(runs, ','), array_to_string(model_versions, ',')
        FROM dataset_digests WHERE ($1::text IS NULL OR namespace = $1) AND ($2::text IS NULL OR name = $2)
        ORDER BY namespace, name, first_read_at, digest LIMIT $3
        """;

    /// <summary>Contents of datasets, deleted runs included.</summary>
    /// <param name="namespaceName">One namespace, or all when null.</param>
    /// <param name="name">One dataset, or all when null.</param>
    /// <param name="most">Rows at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="NpgsqlException">The database is away.</exception>
    public Task<List<DatasetReport>> DigestsAsync(string? namespaceName, string? name, int most, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) =>
        {
            await using var command = new NpgsqlCommand(DigestsSql, connection);
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)namespaceName ?? DBNull.Value });
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)name ?? DBNull.Value });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
            await using var reader = await command.ExecuteReaderAsync(token);
            var reports = new List<DatasetReport>();
            while (await reader.ReadAsync(token))
                reports.Add(Report(reader));
            return reports;
        },
        cancellationToken);

    private static DatasetReport Report(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), Time(row, 4), Time(row, 5), Number(row, 6), Number(row, 7),
        row.IsDBNull(8) ? null : row.GetString(8), Names(row, 9), Names(row, 10));

    /// <summary>Names of objects hold no commas.</summary>
    private static string[] Names(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetString(column).Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    private static long? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
