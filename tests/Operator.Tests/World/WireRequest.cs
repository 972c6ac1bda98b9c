namespace ModelOperator.Operator.Tests.World;

/// <summary>A write that one operator sent.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path with its query.</param>
/// <param name="At">When, on the system's clock.</param>
internal sealed record WireRequest(string Method, string Path, DateTimeOffset At)
{
    private string Bare => Path.Split('?')[0];

    internal bool IsLease => Bare.Contains("/leases", StringComparison.Ordinal);

    internal bool IsEvent => Bare.Contains("/events", StringComparison.Ordinal);

    /// <summary>True for a POST to the collection of Pods.</summary>
    internal bool CreatesPod => Method == "POST" && Bare.EndsWith("/pods", StringComparison.Ordinal);
}
