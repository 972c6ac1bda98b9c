namespace ModelOperator.EnergyAgent;

/// <summary>A container that the kubelet gave a device to.</summary>
/// <param name="Namespace">Namespace of the Pod.</param>
/// <param name="Pod">Name of the Pod.</param>
/// <param name="Container">Name of the container.</param>
/// <param name="Device">Identity of the device: a GPU's UUID, for shared GPUs with a suffix ::n.</param>
public sealed record DeviceHolder(string Namespace, string Pod, string Container, string Device);
