namespace ModelOperator.Gateway.Routing;

/// <summary>Requests with a header's value that go to one arm whatever the weights say. Needs schema 2: a gateway that does not know it refuses the table.</summary>
public sealed record HeaderRouteDocument
{
    /// <summary>Name of the arm.</summary>
    public string? Arm { get; set; }

    /// <summary>Name of the request header.</summary>
    public string? Header { get; set; }

    /// <summary>The whole value; null with a prefix.</summary>
    public string? Exact { get; set; }

    /// <summary>Beginning of the value; null with a whole value.</summary>
    public string? Prefix { get; set; }
}
