namespace ModelOperator.Fakes;

/// <summary>One request that reached the server.</summary>
/// <param name="Number">Order of arrival, from 1.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path without query.</param>
/// <param name="Query">Query parameters.</param>
public sealed record FakeRequest(long Number, string Method, string Path, IReadOnlyDictionary<string, string> Query)
{
    /// <summary>get, list, watch, create, update, patch, apply, delete, or other for discovery, reviews and health.</summary>
    public string Verb { get; init; } = "other";

    public string Group { get; init; } = string.Empty;

    public string Version { get; init; } = string.Empty;

    /// <summary>Plural name; empty for discovery and the like.</summary>
    public string Resource { get; init; } = string.Empty;

    public string? Namespace { get; init; }

    public string? Name { get; init; }

    public string? Subresource { get; init; }

    public string UserAgent { get; init; } = string.Empty;

    /// <summary>Authorization header; null when there is none.</summary>
    public string? Authorization { get; init; }

    /// <summary>"HTTP/1.1" or "HTTP/2".</summary>
    public string Protocol { get; init; } = string.Empty;

    /// <summary>Answer's code; 0 while pending or when the connection was cut.</summary>
    public int StatusCode { get; set; }

    public string? FieldManager => Query.GetValueOrDefault("fieldManager");

    public bool IsDryRun => Query.ContainsKey("dryRun");

    /// <summary>Whether it may change the store.</summary>
    public bool IsWrite => !IsDryRun && Verb is "create" or "update" or "patch" or "apply" or "delete";

    public override string ToString() => $"{Number} {Verb} {Path} ({FieldManager ?? UserAgent}) -> {StatusCode}";
}
