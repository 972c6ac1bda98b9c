namespace ModelOperator.CanaryDeployments;

/// <summary>What a decision may know of a ModelVersion.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Model">Model that it belongs to.</param>
/// <param name="Ready">True when its bytes are verified.</param>
/// <param name="Deleting">True when it is being deleted.</param>
/// <param name="Digest">Digest of its bytes.</param>
/// <param name="Uri">Where the bytes are.</param>
/// <param name="Message">Why it is not ready.</param>
public sealed record VersionView(string Name, string Model, bool Ready, bool Deleting, string Digest, string Uri, string? Message = null)
{
    /// <summary>Its signature as the model server reads it; null for none.</summary>
    public string? Signature { get; init; }
}
