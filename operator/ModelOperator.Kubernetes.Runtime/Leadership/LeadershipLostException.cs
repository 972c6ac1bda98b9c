namespace ModelOperator.Kubernetes.Runtime.Leadership;

/// <summary>This process led and does no more. It must end: somebody else may act already.</summary>
/// <param name="message">What happened.</param>
/// <param name="stopped">Whether the work under the lease has ended.</param>
public sealed class LeadershipLostException(string message, bool stopped) : Exception(message)
{
    /// <summary>Whether the work under the lease has ended; false when it ignored its cancellation.</summary>
    public bool Stopped => stopped;
}
