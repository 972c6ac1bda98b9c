namespace ModelOperator.Metrics;

/// <summary>One question to a provider of metrics.</summary>
/// <param name="Address">Address of the provider, as it was written.</param>
public abstract record MetricQuery(string Address)
{
    /// <summary>What the provider wants to see besides the question; null for nothing.</summary>
    public ProviderAccess? Access { get; init; }

    /// <summary>Longest wait for one answer; the client's own when null.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The server behind the address, which hangs for one question as for another.</summary>
    public string Server => Uri.TryCreate(Address, UriKind.Absolute, out var uri) && uri.Scheme.StartsWith("http", StringComparison.Ordinal) ? uri.GetLeftPart(UriPartial.Authority) : Address;
}
