using Npgsql;
using NpgsqlTypes;

namespace ModelOperator.RegistryApi;

/// <summary>Conditions and their parameters. The texts of conditions are constants of this program; values travel as parameters only.</summary>
public sealed class ApiConditions
{
    private readonly List<string> conditions = [];
    private readonly List<NpgsqlParameter> parameters = [];
    private readonly List<string> joins = [];

    /// <summary>The parameters, in order.</summary>
    public IReadOnlyList<NpgsqlParameter> Parameters => parameters;

    /// <summary>Adds a condition; all must hold.</summary>
    /// <param name="sql">Condition.</param>
    public void Add(string sql) => conditions.Add(sql);

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
