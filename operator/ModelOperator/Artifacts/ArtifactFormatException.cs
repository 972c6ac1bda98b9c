namespace ModelOperator.Artifacts;

/// <summary>A set of files cannot be an artifact; the message names the path and why.</summary>
public sealed class ArtifactFormatException(string message) : Exception(message);
