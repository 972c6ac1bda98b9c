using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace ModelOperator.Registry;

/// <summary>
/// Brings the schema up to date in one transaction, under an advisory lock: of several operators one migrates, the others wait and
/// find nothing to do. All or nothing.
/// </summary>
/// <param name="migrations">Migrations of this operator, by version.</param>
public sealed class RegistryMigrator(ImmutableArray<RegistryMigration> migrations)
{
    // "modelop" as a number: any constant does as long as nobody else locks it.
    private const long LockKey = 0x6D6F64656C6F70;

    /// <summary>Longest wait for another operator's migration, and longest migration.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Applies what is missing.</summary>
    /// <param name="connection">Open connection.</param>
    /// <param name="cancellationToken">Ends it; nothing is applied then.</param>
    /// <returns>Versions applied now.</returns>
    /// <exception cref="RegistrySchemaException">The schema is newer than this operator, or was made by other migrations.</exception>
    public async Task<ImmutableArray<int>> MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, transaction, $"SELECT pg_advisory_xact_lock({LockKey})", cancellationToken);
        await ExecuteAsync(
            connection,
            transaction,
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
            """,
            cancellationToken);
        var missing = Missing(migrations, await AppliedAsync(connection, transaction, cancellationToken));
        foreach (var migration in missing)
        {
            await ExecuteAsync(connection, transaction, migration.Sql, cancellationToken);
            await RecordAsync(connection, transaction, migration, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return [.. missing.Select(static migration => migration.Version)];
    }

    /// <summary>For those who do not own the schema: all that this build knows must be applied; more may be, since columns are only added.</summary>
    /// <param name="connection">Open connection.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Nothing: nothing is applied.</returns>
    /// <exception cref="RegistrySchemaException">Something is not applied yet.</exception>
    public async Task<ImmutableArray<int>> CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        Dictionary<int, string> applied;
        try
        {
            applied = await AppliedAsync(connection, null, cancellationToken);
        }
        catch (PostgresException absent) when (absent.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            applied = [];
        }

        return migrations.FirstOrDefault(migration => !applied.ContainsKey(migration.Version)) is { } missing
            ? throw new RegistrySchemaException($"Migration {missing.Version} ({missing.Name}) is not applied; the leading operator of this release applies it.")
            : [];
    }

    /// <summary>What is still to apply; pure.</summary>
    /// <param name="known">Migrations of this operator.</param>
    /// <param name="applied">Checksums by version, as recorded.</param>
    /// <exception cref="RegistrySchemaException">As above.</exception>
    public static ImmutableArray<RegistryMigration> Missing(ImmutableArray<RegistryMigration> known, IReadOnlyDictionary<int, string> applied)
    {
        var newest = known.IsEmpty ? 0 : known[^1].Version;
        var theirs = applied.Count == 0 ? 0 : applied.Keys.Max();
        if (theirs > newest)
            throw new RegistrySchemaException($"The database's schema is version {theirs}, this operator knows {newest}: run an operator at least as new as the one that migrated it, or give this one another database.");
        foreach (var migration in known)
        {
            if (applied.TryGetValue(migration.Version, out var checksum) && checksum != migration.Checksum)
                throw new RegistrySchemaException($"Migration {migration.Version} ({migration.Name}) was applied with checksum {checksum}, this operator carries {migration.Checksum}: the database was migrated by another build. Nothing is written until the build or the database is changed back.");
        }

        return [.. known.Where(migration => !applied.ContainsKey(migration.Version))];
    }

    private static async Task<Dictionary<int, string>> AppliedAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT version, checksum FROM schema_migrations", connection, transaction);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new Dictionary<int, string>();
        while (await reader.ReadAsync(cancellationToken))
            applied[reader.GetInt32(0)] = reader.GetString(1);
        return applied;
    }

    private static async Task RecordAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, RegistryMigration migration, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)", connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = migration.Version });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Checksum });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [SuppressMessage("Security", "CA2100", Justification = "The text is a migration of this build; nothing of it comes from outside.")]
    private static async Task ExecuteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = (int)Limit.TotalSeconds };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
