namespace ModelOperator.Artifacts;

/// <summary>A version as a CanaryDeployment serves it; each part is a DNS label.</summary>
/// <param name="Namespace">Namespace.</param>
/// <param name="Canary">CanaryDeployment.</param>
/// <param name="Model">Model.</param>
/// <param name="Version">ModelVersion.</param>
public sealed record ServedVersion(string Namespace, string Canary, string Model, string Version);
