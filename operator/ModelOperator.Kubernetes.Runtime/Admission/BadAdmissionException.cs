namespace ModelOperator.Kubernetes.Runtime.Admission;

/// <summary>What was sent is not an admission review.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="statusCode">HTTP code to answer.</param>
public sealed class BadAdmissionException(string message, int statusCode = 400) : Exception(message)
{
    /// <summary>HTTP code to answer.</summary>
    public int StatusCode => statusCode;
}
