namespace ModelOperator.Kubernetes;

/// <summary>What an exec plugin prints (client.authentication.k8s.io ExecCredential).</summary>
internal sealed record ExecCredential
{
    /// <summary>client.authentication.k8s.io/v1 or v1beta1.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>ExecCredential.</summary>
    public string? Kind { get; set; }

    /// <summary>The credential.</summary>
    public ExecCredentialStatus? Status { get; set; }

    /// <inheritdoc/>
    public override string ToString() => "ExecCredential";
}
