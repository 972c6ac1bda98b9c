namespace ModelOperator.Kubernetes;

/// <summary>The client's configuration is missing or wrong; the message says where and what.</summary>
public sealed class KubernetesConfigurationException : Exception
{
    /// <summary>Says where and what.</summary>
    public KubernetesConfigurationException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
