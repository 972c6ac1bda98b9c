namespace ModelOperator.Gateway.Routing;

/// <summary>A header route in force.</summary>
/// <param name="Arm">Arm that takes the requests.</param>
/// <param name="Header">Name of the request header.</param>
/// <param name="Exact">The whole value; null with a prefix.</param>
/// <param name="Prefix">Beginning of the value; null with a whole value.</param>
public sealed record HeaderRoute(Arm Arm, string Header, string? Exact, string? Prefix)
{
    /// <summary>True when one of the header's values fits, by ordinal comparison.</summary>
    public bool Matches(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Header, out var values))
            return false;
        foreach (var value in values)
            if (value is not null && (Exact is not null ? value == Exact : value.StartsWith(Prefix!, StringComparison.Ordinal)))
                return true;
        return false;
    }
}
