namespace ModelOperator.Server.Models;

/// <summary>The device that was asked for, or a library that works on it, is not there: no fault of the model.</summary>
public sealed class DeviceUnavailableException(string reason, Exception? inner = null)
    : Exception($"device 'cuda' was asked for, but {reason}: use a server image built for NVIDIA and give it nvidia.com/gpu in its limits, or use device cpu", inner);
