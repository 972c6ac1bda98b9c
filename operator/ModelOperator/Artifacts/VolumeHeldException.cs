namespace ModelOperator.Artifacts;

/// <summary>Another artifact store holds the volume.</summary>
public sealed class VolumeHeldException(string root, Exception inner) : IOException($"another artifact store holds the volume {root}: {inner.Message}", inner);
