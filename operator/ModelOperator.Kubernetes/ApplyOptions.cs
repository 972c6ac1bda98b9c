namespace ModelOperator.Kubernetes;

/// <summary>Options of server-side apply.</summary>
public sealed record ApplyOptions
{
    /// <summary>Name of the owner of the applied fields.</summary>
    public required string FieldManager { get; init; }

    /// <summary>Take over fields that others own instead of a 409. Default: true, as controllers should.</summary>
    public bool Force { get; init; } = true;

    /// <summary>Subresource, for example "status"; the object itself when null.</summary>
    public string? Subresource { get; init; }

    /// <summary>Validate and admit, but persist nothing.</summary>
    public bool DryRun { get; init; }
}
