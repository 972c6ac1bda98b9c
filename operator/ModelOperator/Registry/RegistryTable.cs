using System.Collections.Immutable;
using System.Globalization;

namespace ModelOperator.Registry;

/// <summary>
/// A table and the one statement by which its rows are written. Every statement is idempotent: written twice, a row is there once.
/// Names and statements are constants of this program; values travel as parameters only.
/// </summary>
public sealed class RegistryTable
{
    private RegistryTable(string name, ImmutableArray<RegistryColumn> columns, string sql) => (Name, Columns, Sql) = (name, columns, sql);

    /// <summary>Name of the table, or of the statement.</summary>
    public string Name { get; }

    /// <summary>Columns, in order of the parameters.</summary>
    public ImmutableArray<RegistryColumn> Columns { get; }

    /// <summary>The statement, with parameters $1, $2, ...</summary>
    public string Sql { get; }

    /// <summary>Rows replace what is there under the same key; the same content writes nothing.</summary>
    /// <param name="name">Table.</param>
    /// <param name="guard">Further condition for a replacement; the row that is there is <c>held</c>, the new one <c>EXCLUDED</c>.</param>
    /// <param name="columns">Columns.</param>
    public static RegistryTable Replacing(string name, string? guard, params ImmutableArray<RegistryColumn> columns) =>
        new(name, columns, Upsert(name, columns, static column => $"EXCLUDED.{column}", guard));

    /// <summary>Rows fill in what is there under the same key: what was known once is never replaced by nothing.</summary>
    /// <param name="name">Table.</param>
    /// <param name="columns">Columns.</param>
    public static RegistryTable Filling(string name, params ImmutableArray<RegistryColumn> columns) =>
        new(name, columns, Upsert(name, columns, static column => $"COALESCE(EXCLUDED.{column}, held.{column})", null));

    /// <summary>Rows are facts: the first one under a key stays.</summary>
    /// <param name="name">Table.</param>
    /// <param name="columns">Columns.</param>
    public static RegistryTable Appending(string name, params ImmutableArray<RegistryColumn> columns) =>
        new(name, columns, Insert(name, columns) + " ON CONFLICT DO NOTHING");

    /// <summary>A statement of its own.</summary>
    /// <param name="name">Name in errors.</param>
    /// <param name="sql">Idempotent statement.</param>
    /// <param name="columns">Parameters.</param>
    public static RegistryTable Statement(string name, string sql, params ImmutableArray<RegistryColumn> columns) => new(name, columns, sql);

    /// <summary>A row from named values; columns that are not named are null. Text loses NUL characters, which PostgreSQL cannot hold.</summary>
    /// <param name="values">Values by column.</param>
    /// <exception cref="KeyNotFoundException">The table has no such column.</exception>
    public RegistryRow Row(params ReadOnlySpan<(string Column, object? Value)> values)
    {
        var row = new object?[Columns.Length];
        foreach (var (column, value) in values)
            row[IndexOf(column)] = Plain(value);
        return new(this, ImmutableArray.Create(row));
    }

    /// <summary>Position of a column.</summary>
    /// <param name="column">Name.</param>
    /// <exception cref="KeyNotFoundException">The table has no such column.</exception>
    public int IndexOf(string column)
    {
        for (var i = 0; i < Columns.Length; i++)
        {
            if (Columns[i].Name == column)
                return i;
        }

        throw new KeyNotFoundException($"{Name} has no column {column}.");
    }

    private static object? Plain(object? value) => value switch
    {
        string text => text.Replace('\0', '\uFFFD'),
        int number => (long)number,
        DateTimeOffset time => time.ToUniversalTime(),
        _ => value,
    };

    private static string Insert(string name, ImmutableArray<RegistryColumn> columns)
    {
        var names = string.Join(", ", columns.Select(static column => column.Name));
        var places = string.Join(", ", columns.Select(static (column, i) =>
            string.Create(CultureInfo.InvariantCulture, $"${i + 1}{(column.Kind == ColumnKind.Json ? "::jsonb" : "")}")));
        return $"INSERT INTO {name} AS held ({names}) VALUES ({places})";
    }

    private static string Upsert(string name, ImmutableArray<RegistryColumn> columns, Func<string, string> next, string? guard)
    {
        var keys = string.Join(", ", columns.Where(static column => column.IsKey).Select(static column => column.Name));
        var rest = columns.Where(static column => !column.IsKey).Select(static column => column.Name).ToArray();
        var sets = string.Join(", ", rest.Select(column => $"{column} = {next(column)}"));
        var held = string.Join(", ", rest.Select(static column => $"held.{column}"));
        var news = string.Join(", ", rest.Select(next));
        var condition = $"ROW({held}) IS DISTINCT FROM ROW({news})" + (guard is null ? "" : $" AND ({guard})");
        return $"{Insert(name, columns)} ON CONFLICT ({keys}) DO UPDATE SET {sets}, recorded_at = now() WHERE {condition}";
    }
}
