using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.Hosting;

/// <summary>The time as statuses hold it.</summary>
public static class Clocks
{
    /// <summary>Now in whole seconds, which is what the wire format keeps: a status that was written compares equal to the one that was meant.</summary>
    public static DateTimeOffset WholeSeconds(this TimeProvider time) => time.GetUtcNow().WholeSeconds();
}
