using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using ModelOperator.Kubernetes.Runtime;
using Npgsql;
using NpgsqlTypes;

namespace ModelOperator.Registry;

/// <summary>
/// The one door to PostgreSQL: migrates before the first write after every outage, writes rows in one transaction, and tells an absent
/// database from a refused row. Limits: 5 s to connect, 10 s a command, 4 connections. Thread-safe.
/// </summary>
public sealed partial class RegistryDatabase : IAsyncDisposable, IDisposable
{
    private readonly RegistryMigrator migrator;
    private readonly RegistryGate gate;
    private readonly ILogger<RegistryDatabase> logger;
    private readonly NpgsqlDataSource source;
    private readonly SemaphoreSlim migrating = new(1, 1);
    private readonly string target;
    private readonly RegistryRights rights;
    private long contacts;
    private volatile bool migrated;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="connection">Content of MODELOP_POSTGRES; see <see cref="PostgresSettings"/>.</param>
    /// <param name="migrations">Migrations of this operator.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Log.</param>
    /// <param name="jitter">Numbers in [0, 1); default <see cref="Jitter.Next"/>.</param>
    /// <param name="rights">What sessions may do; whoever does not own the schema needs it to be there.</param>
    /// <exception cref="FormatException">The connection string is not valid.</exception>
    public RegistryDatabase(
        string connection, ImmutableArray<RegistryMigration> migrations, TimeProvider time, ILogger<RegistryDatabase> logger, Func<double>? jitter = null, RegistryRights rights = RegistryRights.Owner)
    {
        var settings = rights == RegistryRights.Read ? PostgresSettings.ReadOnly(connection) : PostgresSettings.Parse(connection);
        var builder = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString);
        builder.EnableTransportSecurity();
        source = builder.Build();
        target = PostgresSettings.Describe(settings);
        migrator = new RegistryMigrator(migrations);
        gate = new RegistryGate(time, jitter ?? Jitter.Next);
        this.logger = logger;
        this.rights = rights;
    }

    /// <summary>Whether the last contact was good.</summary>
    public bool IsUp => gate.IsUp;

    /// <summary>Time until a try is worth it; null when it is now.</summary>
    public TimeSpan? Wait => gate.Wait;

    /// <summary>
    /// Grows with every outage that ended. What was written before an outage may be gone after it (a restored backup, an empty volume), so what is
    /// remembered as written counts for one value of this only.
    /// </summary>
    public long Epoch => Interlocked.Read(ref contacts);

    /// <summary>Writes rows, all or none, in order. When this returns <see cref="RegistryWriteResult.Written"/> they are committed.</summary>
    /// <param name="subject">What they are about, for the log.</param>
    /// <param name="rows">Rows; none only tries the contact.</param>
    /// <param name="cancellationToken">Ends the try.</param>
    public async Task<RegistryWriteResult> WriteAsync(string subject, IReadOnlyList<RegistryRow> rows, CancellationToken cancellationToken)
    {
        if (gate.Wait is not null)
            return RegistryWriteResult.Away;
        try
        {
            await UseAsync((connection, token) => BatchAsync(connection, rows, token), cancellationToken);
            return RegistryWriteResult.Written;
        }
        catch (PostgresException refused) when (IsAboutRows(refused))
        {
            LogRejected(subject, refused.SqlState, refused.ConstraintName ?? "", refused.MessageText);
            return RegistryWriteResult.Rejected;
        }
        catch (Exception failure) when (IsAbsence(failure, cancellationToken) || IsContention(failure))
        {
            return RegistryWriteResult.Away;
        }
    }

    /// <summary>Reads; the schema is migrated first, or looked at where it is another's.</summary>
    /// <typeparam name="T">Result.</typeparam>
    /// <param name="read">Reads from an open connection.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="NpgsqlException">The database cannot be used.</exception>
    /// <exception cref="RegistrySchemaException">The schema is not this operator's.</exception>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        T? result = default;
        await UseAsync(async (connection, token) => result = await read(connection, token), cancellationToken);
        return result!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        source.Dispose();
        migrating.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        migrating.Dispose();
    }

    private async Task UseAsync(Func<NpgsqlConnection, CancellationToken, Task> use, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await EnsureSchemaAsync(connection, cancellationToken);
            await use(connection, cancellationToken);
        }
        catch (Exception failure) when (IsAbsence(failure, cancellationToken))
        {
            migrated = false;
            if (gate.Failed())
                LogDown(target, Problem(failure));
            throw;
        }

        if (gate.Succeeded())
            LogUp(target);
    }

    private async Task EnsureSchemaAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (migrated)
            return;
        await migrating.WaitAsync(cancellationToken);
        try
        {
            if (migrated)
                return;
            var applied = rights == RegistryRights.Owner ? await migrator.MigrateAsync(connection, cancellationToken) : await migrator.CheckAsync(connection, cancellationToken);
            if (!applied.IsEmpty)
                LogMigrated(string.Join(", ", applied));
            // Before any write of the new epoch, so that none is remembered under the old one.
            Interlocked.Increment(ref contacts);
            migrated = true;
        }
        finally
        {
            migrating.Release();
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "Statements are constants of RegistryTables; values are parameters.")]
    private static async Task BatchAsync(NpgsqlConnection connection, IReadOnlyList<RegistryRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            await using var ping = new NpgsqlCommand("SELECT 1", connection);
            await ping.ExecuteNonQueryAsync(cancellationToken);
            return;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var row in rows)
        {
            var command = new NpgsqlBatchCommand(row.Table.Sql);
            for (var i = 0; i < row.Values.Length; i++)
                command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = TypeOf(row.Table.Columns[i].Kind), Value = row.Values[i] ?? DBNull.Value });
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static NpgsqlDbType TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Number => NpgsqlDbType.Bigint,
        ColumnKind.Time => NpgsqlDbType.TimestampTz,
        ColumnKind.Flag => NpgsqlDbType.Boolean,
        _ => NpgsqlDbType.Text,
    };

    /// <summary>
    /// Class 22 (data), 23 (integrity) and 54 (limits of the program, for example text too long for an index): another try of the same rows ends the same.
    /// Taken for an absent database, one such object would keep all others out of the history.
    /// </summary>
    private static bool IsAboutRows(PostgresException failure) => failure.SqlState[..2] is "22" or "23" or "54";

    /// <summary>Class 40: another transaction was in the way; no sign of an outage.</summary>
    private static bool IsContention(Exception failure) =>
        failure is PostgresException refused && refused.SqlState.StartsWith("40", StringComparison.Ordinal);

    private static bool IsAbsence(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        PostgresException refused => !IsAboutRows(refused) && !IsContention(refused),
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => failure is NpgsqlException or SocketException or TimeoutException or IOException or RegistrySchemaException or ObjectDisposedException,
    };

    private static string Problem(Exception failure) => failure switch
    {
        PostgresException refused => $"{refused.MessageText} (SQLSTATE {refused.SqlState})",
        { InnerException: { } inner } => $"{failure.Message}: {inner.Message}",
        _ => failure.Message,
    };
}
