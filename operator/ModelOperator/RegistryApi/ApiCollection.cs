using System.Collections.Immutable;

namespace ModelOperator.RegistryApi;

/// <summary>What can be read: rows, their members, their order and what narrows them. SQL, JSON and OpenAPI all follow from it.</summary>
public sealed record ApiCollection
{
    /// <summary>In <see cref="From"/>: the place of conditions on the rows that its rows are made of.</summary>
    public const string Within = "{within}";

    /// <summary>Name of one item's schema, for example ModelVersion.</summary>
    public required string Schema { get; init; }

    /// <summary>Tables, the row named <c>t</c>.</summary>
    public required string From { get; init; }

    /// <summary>A condition that holds always; null for none.</summary>
    public string? Always { get; init; }

    /// <summary>Column of the namespace; null where the objects have none.</summary>
    public string? Namespace { get; init; } = "t.namespace";

    /// <summary>Members.</summary>
    public required ImmutableArray<ApiField> Fields { get; init; }

    /// <summary>The stable order.</summary>
    public required ImmutableArray<ApiKey> Keys { get; init; }

    /// <summary>What narrows it.</summary>
    public ImmutableArray<ApiFilter> Filters { get; init; } = [];
}
