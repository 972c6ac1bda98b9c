using System.Collections.Immutable;

namespace ModelOperator.RegistryApi;

/// <summary>A path of the API.</summary>
public sealed record ApiRoute
{
    /// <summary>Path with its parameters in braces.</summary>
    public required string Path { get; init; }

    /// <summary>Name of the operation.</summary>
    public required string Operation { get; init; }

    /// <summary>What it answers.</summary>
    public required string Summary { get; init; }

    /// <summary>Plural of the kind that one must be allowed to list, or to get where the path names an object.</summary>
    public required string Resource { get; init; }

    /// <summary>What is read.</summary>
    public required ApiCollection Collection { get; init; }

    /// <summary>Whether it answers one item, of several the last in order, instead of a page.</summary>
    public bool Single { get; init; }

    /// <summary>The parameter of the path that names the object whose reading must be allowed; null when any of the namespace.</summary>
    public string? Named { get; init; }

    /// <summary>Conditions by the path's parameters, each written as its place in braces.</summary>
    public string? Where { get; init; }

    /// <summary>The path's parameters, in order.</summary>
    public ImmutableArray<string> PathParameters =>
        [.. Path.Split('/').Where(static part => part.StartsWith('{')).Select(static part => part[1..^1])];

    /// <summary>Verb that must be allowed.</summary>
    public string Verb => PathParameters.IsEmpty ? "list" : "get";
}
