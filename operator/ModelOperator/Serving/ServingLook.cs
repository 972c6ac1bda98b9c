namespace ModelOperator.Serving;

/// <summary>What a component of a version took lately, for metrics.</summary>
/// <param name="Namespace">Namespace.</param>
/// <param name="Canary">CanaryDeployment.</param>
/// <param name="Component">server or gateway.</param>
/// <param name="Version">ModelVersion.</param>
/// <param name="Method">How the energy was got.</param>
/// <param name="Watts">Mean power of its Pods together, PUE not included.</param>
/// <param name="Milligrams">Emissions over the look, PUE included.</param>
public sealed record ServingLook(string Namespace, string Canary, string Component, string Version, string Method, double Watts, double Milligrams);
