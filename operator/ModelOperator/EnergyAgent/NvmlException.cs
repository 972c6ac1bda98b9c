namespace ModelOperator.EnergyAgent;

/// <summary>NVML cannot be used.</summary>
/// <param name="message">Why, and what to do.</param>
public sealed class NvmlException(string message) : Exception(message);
