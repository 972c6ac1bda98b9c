using Npgsql;
using NpgsqlTypes;

namespace ModelOperator.RegistryApi;

/// <summary>Conditions and their parameters. The texts of conditions are constants of this program; values travel as parameters only.</summary>
public sealed class ApiConditions
{
    private readonly List<string> conditions = [];
    private readonly List<NpgsqlParameter> parameters = [];

    /// <summary>The parameters, in order.</summary>
    public IReadOnlyList<NpgsqlParameter> Parameters => parameters;

    /// <summary>Adds a condition; all must hold.</summary>
    /// <param name="sql">Condition.</param>
    public void Add(string sql) => conditions.Add(sql);

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

    /// <summary>The WHERE clause, or nothing.</summary>
    public override string ToString() => conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);
}
