namespace ModelOperator.Kubernetes;

/// <summary>The answer of an admission webhook.</summary>
public sealed record AdmissionResponse : KubernetesValue
{
    /// <summary>Identity of the call.</summary>
    public string Uid { get; set; } = string.Empty;

    /// <summary>Whether the call may proceed.</summary>
    public bool Allowed { get; set; }

    /// <summary>Why not.</summary>
    public V1Status? Status { get; set; }

    /// <summary>Warnings shown by kubectl.</summary>
    public List<string>? Warnings { get; set; }

    /// <summary>JSON patch, base64 on the wire.</summary>
    public byte[]? Patch { get; set; }

    /// <summary>JSONPatch when patch is set.</summary>
    public string? PatchType { get; set; }

    /// <summary>Facts for the audit log.</summary>
    public Dictionary<string, string>? AuditAnnotations { get; set; }
}
