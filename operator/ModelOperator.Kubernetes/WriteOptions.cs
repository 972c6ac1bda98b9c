namespace ModelOperator.Kubernetes;

/// <summary>Options of create and replace.</summary>
public sealed record WriteOptions
{
    /// <summary>Name under which the server records the fields; the user agent's first word when null.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Validate and admit, but persist nothing.</summary>
    public bool DryRun { get; init; }
}
