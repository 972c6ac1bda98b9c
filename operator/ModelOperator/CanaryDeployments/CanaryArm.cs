namespace ModelOperator.CanaryDeployments;

/// <summary>A version under test and its traffic.</summary>
/// <param name="Name">Name of the arm; canary when there is only one.</param>
/// <param name="Version">ModelVersion.</param>
/// <param name="Weight">Percent of the traffic that is set for it.</param>
public sealed record CanaryArm(string Name, string Version, int Weight);
