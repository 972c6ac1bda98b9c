using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Text.Json;
using ModelOperator.Registry;
using Npgsql;

namespace ModelOperator.RegistryApi;

/// <summary>Answers questions out of the database. A few at a time; the rest wait for a moment, then are put off. Thread-safe.</summary>
/// <param name="database">Database, opened for reading only.</param>
public sealed class ApiReader(RegistryDatabase database) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterAway = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim places = new(PostgresSettings.MaxConnections);

    /// <summary>Statements of routes that answer one item, by operation: all that differs is their parameters.</summary>
    private readonly ConcurrentDictionary<string, string> singles = new(StringComparer.Ordinal);

    /// <summary>The body of the answer, or the problem; both null where there is no such item.</summary>
    /// <param name="route">Route.</param>
    /// <param name="query">Question.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(ReadOnlyMemory<byte>? Body, string? Next, ApiProblem? Problem)> AnswerAsync(ApiRoute route, ApiQuery query, CancellationToken cancellationToken)
    {
        if (database.Wait is { } wait)
            return (null, null, ApiProblem.Away("The database cannot be reached.", wait));
        if (!await places.WaitAsync(Patience, cancellationToken))
            return (null, null, ApiProblem.Away("Too many questions at once.", TimeSpan.FromSeconds(1)));
        try
        {
            var (body, next) = await database.ReadAsync((connection, token) => ReadAsync(connection, route, query, token), cancellationToken);
            return (body, next, null);
        }
        catch (PostgresException refused) when (refused.SqlState.StartsWith("22", StringComparison.Ordinal) && query.After is not null)
        {
            // The one text that goes unjudged into typed columns.
            return (null, null, ApiProblem.Invalid("cursor", "...", "the member next of an answer"));
        }
        catch (TooSlowException)
        {
            return (null, null, ApiProblem.Away("The question takes too long; narrow it, for example by namespace, model or time.", AfterAway));
        }
        catch (RegistrySchemaException behind)
        {
            return (null, null, ApiProblem.Away(behind.Message, AfterAway));
        }
        catch (Exception away) when (away is NpgsqlException or SocketException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return (null, null, ApiProblem.Away("The database cannot be reached.", database.Wait ?? AfterAway));
        }
        finally
        {
            places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    /// <summary>The statement; its texts are constants of this program.</summary>
    /// <param name="route">Route.</param>
    /// <param name="query">Question; gets the conditions of its cursor.</param>
    private static string SqlOf(ApiRoute route, ApiQuery query)
    {
        var held = route.Collection;
        if (query.After is { } after)
        {
            var keys = string.Join(", ", held.Keys.Select(static key => key.Sql));
            var places = string.Join(", ", held.Keys.Select((key, i) => $"{query.Sought.Place(after.Keys[i])}::{key.Type}"));
            query.Sought.Add($"({keys}) {(query.Descending ? "<" : ">")} ({places})");
        }

        var members = held.Fields.Select(static field => field.Type is ApiType.Map or ApiType.List ? $"({field.Sql})::text" : field.Sql);
        var marks = held.Keys.Select(static key => $"({key.Sql})::text");
        var down = route.Single || query.Descending ? " DESC" : "";
        var order = string.Join(", ", held.Keys.Select(key => key.Sql + down));
        // Of several that had a name, the one that is there now, else the last.
        var living = route.Single && held.Filters.Contains(ApiFilters.Deleted) ? "t.deleted_at DESC NULLS FIRST, " : "";
        return $"SELECT {string.Join(", ", members.Concat(marks))} FROM {held.From.Replace(ApiCollection.Within, query.Sought.Within, StringComparison.Ordinal)}{query.Sought} ORDER BY {living}{order} LIMIT {(route.Single ? 1 : query.Limit + 1)}";
    }

    [SuppressMessage("Security", "CA2100", Justification = "Put together out of constants; values are parameters.")]
    private async Task<(ReadOnlyMemory<byte>? Body, string? Next)> ReadAsync(NpgsqlConnection connection, ApiRoute route, ApiQuery query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(route.Single ? singles.GetOrAdd(route.Operation, static (_, asked) => SqlOf(asked.route, asked.query), (route, query)) : SqlOf(route, query), connection);
        foreach (var parameter in query.Sought.Parameters)
            command.Parameters.Add(parameter.Clone());
        try
        {
            // One item by its key has one good plan, and planning takes longer than reading it. A search is planned for what is sought.
            if (route.Single)
                await command.PrepareAsync(cancellationToken);
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            return route.Single ? (await ItemAsync(rows, route.Collection, cancellationToken), null) : await PageAsync(rows, route.Collection, query, cancellationToken);
        }
        catch (PostgresException late) when (late.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            // A slow question is no absent database: it must not shut the gate for others.
            throw new TooSlowException(late);
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ItemAsync(NpgsqlDataReader rows, ApiCollection held, CancellationToken cancellationToken)
    {
        if (!await rows.ReadAsync(cancellationToken))
            return null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, rows, held);
        return buffer.WrittenMemory;
    }

    private static async Task<(ReadOnlyMemory<byte>? Body, string? Next)> PageAsync(NpgsqlDataReader rows, ApiCollection held, ApiQuery query, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartArray("items");
        string? next = null, last = null;
        for (var i = 0; await rows.ReadAsync(cancellationToken); i++)
        {
            if (i == query.Limit)
            {
                next = last;
                break;
            }

            Write(json, rows, held);
            last = new ApiCursor([.. Enumerable.Range(held.Fields.Length, held.Keys.Length).Select(rows.GetString)]).Write(query.Mark);
        }

        json.WriteEndArray();
        if (next is not null)
            json.WriteString("next", next);
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        return (buffer.WrittenMemory, next);
    }

    private static void Write(Utf8JsonWriter json, NpgsqlDataReader row, ApiCollection held)
    {
        json.WriteStartObject();
        for (var i = 0; i < held.Fields.Length; i++)
        {
            if (row.IsDBNull(i))
                continue;
            json.WritePropertyName(held.Fields[i].Name);
            switch (held.Fields[i].Type)
            {
                case ApiType.Integer:
                    json.WriteNumberValue(row.GetInt64(i));
                    break;
                case ApiType.Number:
                    json.WriteNumberValue(row.GetDouble(i));
                    break;
                case ApiType.Boolean:
                    json.WriteBooleanValue(row.GetBoolean(i));
                    break;
                case ApiType.Time:
                    json.WriteStringValue(row.GetFieldValue<DateTime>(i));
                    break;
                case ApiType.Map or ApiType.List:
                    json.WriteRawValue(row.GetString(i));
                    break;
                default:
                    json.WriteStringValue(row.GetString(i));
                    break;
            }
        }

        json.WriteEndObject();
    }
}
