using Npgsql;
using NpgsqlTypes;

namespace ModelOperator.RegistryApi;

/// <summary>Conditions and their parameters. The texts of conditions are constants of this program; values travel as parameters only.</summary>
public sealed class ApiConditions
{
    private readonly List<string> conditions = [];
    private readonly List<NpgsqlParameter> parameters = [];
    private readonly List<string> joins = [];
    private readonly List<string> inner = [];

    /// <summary>The parameters, in order.</summary>
    public IReadOnlyList<NpgsqlParameter> Parameters => parameters;

    /// <summary>Adds a condition; all must hold.</summary>
    /// <param name="sql">Condition.</param>
    public void Add(string sql) => conditions.Add(sql);

    /// <summary>Adds a condition on the rows that a collection's own are made of: one that follows from the others, and that an index knows.</summary>
    /// <param name="sql">Condition.</param>
    public void AddWithin(string sql) => inner.Add(sql);

    /// <summary>What stands for <see cref="ApiCollection.Within"/>.</summary>
    public string Within => inner.Count == 0 ? "true" : string.Join(" AND ", inner);

    /// <summary>Adds a table of which one row at most belongs to each row.</summary>
    /// <param name="table">Table.</param>
    /// <param name="on">How its row belongs, from the row's name.</param>
    public void Join(string table, Func<string, string> on)
    {
        var row = $"j{joins.Count}";
        joins.Add($" JOIN {table} AS {row} ON {on(row)}");
    }

    /// <summary>The place of a text value.</summary>
    /// <param name="value">Value.</param>
    public string Place(string value) => Place(NpgsqlDbType.Text, value);

    /// <summary>The place of a value.</summary>
    /// <param name="type">Type.</param>
    /// <param name="value">Value.</param>
    public string Place(NpgsqlDbType type, object value)
    {
        parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value });
        return $"${parameters.Count}";
    }

    /// <summary>What follows FROM and the first table.</summary>
    public override string ToString() => string.Concat(joins) + (conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions));
}
