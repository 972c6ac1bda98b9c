namespace ModelOperator.Server.Models;

/// <summary>A GPU that is there could not do what it was asked for.</summary>
public sealed class DeviceFailedException(Exception failure) : Exception($"the GPU failed: {failure.Message}", failure);
