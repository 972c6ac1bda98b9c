namespace ModelOperator.Kubernetes.Runtime;

/// <summary>Times as objects hold them.</summary>
public static class WireTime
{
    /// <summary>Without a fraction of a second, which the wire format drops: what was written compares equal to what was meant.</summary>
    public static DateTimeOffset WholeSeconds(this DateTimeOffset time) => time.AddTicks(-(time.UtcTicks % TimeSpan.TicksPerSecond));
}
