namespace ModelOperator.Gateway.Hosting;

/// <summary>One arm in force.</summary>
/// <param name="Name">Role.</param>
/// <param name="Version">Model version.</param>
/// <param name="Weight">Weight served.</param>
/// <param name="Requests">Requests answered for this version in this role since the gateway started.</param>
public sealed record ArmReport(string Name, string Version, int Weight, long Requests);
