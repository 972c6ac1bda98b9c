using ModelOperator.Serving;
using Npgsql;

namespace ModelOperator.Registry;

/// <summary>The accounts of serving in the history. An absent database is an answer here, never an exception.</summary>
/// <param name="database">Database.</param>
public sealed class ServingHistory(RegistryDatabase database)
{
    private const string PodsSql = """
        SELECT uid, namespace, name, canary, component, model, version, started_at, seen_at, ended_at, gpus, cpu_millicores, memory_bytes, disk_bytes FROM serving_pods
        """;

    /// <summary>Grows with every outage that ended: what was written before may be gone.</summary>
    public long Epoch => database.Epoch;

    /// <summary>What an earlier process left; null when the database is away.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ServingState?> LoadAsync(CancellationToken cancellationToken)
    {
        if (database.Wait is not null)
            return null;
        try
        {
            return await database.ReadAsync(StateAsync, cancellationToken);
        }
        catch (Exception absent) when (absent is NpgsqlException or RegistrySchemaException or TimeoutException or IOException)
        {
            // Said and counted where it happened.
            return null;
        }
    }

    /// <summary>Keeps the Pods of now, so that a process that comes after this one knows them; false when the database is away.</summary>
    /// <param name="open">Pods whose time is not booked to its end.</param>
    /// <param name="done">UIDs of others.</param>
    /// <param name="begin">Where hours begin, of the first process; null when the history says up to where they are booked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<bool> SaveAsync(IEnumerable<ServingPod> open, IEnumerable<string> done, DateTimeOffset? begin, CancellationToken cancellationToken) =>
        WriteAsync("Pods that serve", [.. open.Select(ServingTables.Of), .. Ending(done, begin)], cancellationToken);

    /// <summary>Books an hour: its rows and the mark that it is done in one transaction; false when the database is away, and nothing is written.</summary>
    /// <param name="hours">Rows.</param>
    /// <param name="end">End of the hour.</param>
    /// <param name="done">UIDs of the Pods that ended by then.</param>
    /// <param name="terms">What the rows were costed by.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<bool> BookAsync(IEnumerable<ServingHour> hours, DateTimeOffset end, IEnumerable<string> done, ServingTerms terms, CancellationToken cancellationToken) =>
        WriteAsync("an hour of serving", [.. hours.Select(hour => ServingTables.Of(hour, terms)), .. Ending(done, end)], cancellationToken);

    private static IEnumerable<RegistryRow> Ending(IEnumerable<string> done, DateTimeOffset? booked)
    {
        var rows = done.Select(static uid => ServingTables.PodDone.Row(("uid", uid)));
        return booked is { } mark ? rows.Append(ServingTables.Booked.Row(("booked_until", mark))) : rows;
    }

    private async Task<bool> WriteAsync(string subject, IReadOnlyList<RegistryRow> rows, CancellationToken cancellationToken)
    {
        var result = await database.WriteAsync(subject, rows, cancellationToken);
        // A row that the schema refuses, which the log names, must not hold up the others for ever.
        for (var i = 0; result == RegistryWriteResult.Rejected && i < rows.Count; i++)
        {
            if (await database.WriteAsync(subject, [rows[i]], cancellationToken) == RegistryWriteResult.Away)
                result = RegistryWriteResult.Away;
        }

        return result != RegistryWriteResult.Away;
    }

    private static async Task<ServingState> StateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT max(booked_until) FROM serving_booked", connection);
        var until = await command.ExecuteScalarAsync(cancellationToken);
        await using var list = new NpgsqlCommand(PodsSql, connection);
        await using var reader = await list.ExecuteReaderAsync(cancellationToken);
        var pods = new List<ServingPod>();
        while (await reader.ReadAsync(cancellationToken))
            pods.Add(Pod(reader));
        return new(pods, until is DateTime booked ? new DateTimeOffset(DateTime.SpecifyKind(booked, DateTimeKind.Utc)) : null);
    }

    private static ServingPod Pod(NpgsqlDataReader row) => new()
    {
        Uid = row.GetString(0),
        Namespace = row.GetString(1),
        Name = row.GetString(2),
        Canary = row.GetString(3),
        Component = row.GetString(4),
        Model = row.GetString(5),
        Version = row.GetString(6),
        Start = row.GetFieldValue<DateTimeOffset>(7),
        SeenAt = row.GetFieldValue<DateTimeOffset>(8),
        End = row.IsDBNull(9) ? null : row.GetFieldValue<DateTimeOffset>(9),
        Gpus = (int)row.GetInt64(10),
        CpuMillicores = row.IsDBNull(11) ? null : row.GetInt64(11),
        MemoryBytes = row.IsDBNull(12) ? null : row.GetInt64(12),
        DiskBytes = row.IsDBNull(13) ? null : row.GetInt64(13),
    };
}
