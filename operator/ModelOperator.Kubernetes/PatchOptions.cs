namespace ModelOperator.Kubernetes;

/// <summary>Options of JSON patch and merge patch.</summary>
public sealed record PatchOptions
{
    /// <summary>Subresource, for example "status"; the object itself when null.</summary>
    public string? Subresource { get; init; }

    /// <summary>Name under which the server records the fields.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Validate and admit, but persist nothing.</summary>
    public bool DryRun { get; init; }
}
