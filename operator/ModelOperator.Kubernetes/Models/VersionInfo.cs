namespace ModelOperator.Kubernetes;

/// <summary>Version of the server.</summary>
public sealed record VersionInfo
{
    /// <summary>Major, for example 1.</summary>
    public string Major { get; set; } = string.Empty;

    /// <summary>Minor, for example 20 or 29+.</summary>
    public string Minor { get; set; } = string.Empty;

    /// <summary>Full version, for example v1.20.2.</summary>
    public string GitVersion { get; set; } = string.Empty;

    /// <summary>Platform.</summary>
    public string? Platform { get; set; }
}
