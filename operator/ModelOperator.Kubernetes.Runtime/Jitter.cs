using System.Security.Cryptography;

namespace ModelOperator.Kubernetes.Runtime;

/// <summary>The runtime's only source of randomness: numbers for spreading retries. Tests pass their own function instead.</summary>
public static class Jitter
{
    private const int Resolution = 1 << 30;

    /// <summary>A uniform number in [0, 1).</summary>
    public static double Next() => RandomNumberGenerator.GetInt32(Resolution) / (double)Resolution;
}
