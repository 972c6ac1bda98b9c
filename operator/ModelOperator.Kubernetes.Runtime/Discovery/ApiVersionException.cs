namespace ModelOperator.Kubernetes.Runtime.Discovery;

/// <summary>The server serves no version of a kind that this program understands.</summary>
/// <param name="message">Kind and versions.</param>
public sealed class ApiVersionException(string message) : Exception(message);
