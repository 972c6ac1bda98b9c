namespace ModelOperator.Kubernetes;

/// <summary>The credential of an exec plugin. Never printed.</summary>
internal sealed record ExecCredentialStatus
{
    /// <summary>Bearer token.</summary>
    public string? Token { get; set; }

    /// <summary>When the credential expires; null when it is valid for the life of the process.</summary>
    public DateTimeOffset? ExpirationTimestamp { get; set; }

    /// <summary>PEM client certificate.</summary>
    public string? ClientCertificateData { get; set; }

    /// <summary>PEM private key.</summary>
    public string? ClientKeyData { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"credential until {ExpirationTimestamp:O}";
}
