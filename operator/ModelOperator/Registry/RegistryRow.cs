using System.Collections.Immutable;

namespace ModelOperator.Registry;

/// <summary>One row to write, as a value: a table (or statement) and the values of its columns in order.</summary>
/// <param name="Table">Where and how it is written.</param>
/// <param name="Values">Values: string, long, bool, UTC <see cref="DateTimeOffset"/> or null.</param>
public sealed record RegistryRow(RegistryTable Table, ImmutableArray<object?> Values)
{
    /// <summary>The value of a column.</summary>
    /// <param name="column">Name.</param>
    /// <exception cref="KeyNotFoundException">The table has no such column.</exception>
    public object? this[string column] => Values[Table.IndexOf(column)];
}
