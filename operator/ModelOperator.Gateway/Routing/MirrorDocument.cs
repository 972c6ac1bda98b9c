namespace ModelOperator.Gateway.Routing;

/// <summary>Copies of requests that an arm receives without its answers being used.</summary>
public sealed record MirrorDocument
{
    /// <summary>Name of the arm that receives the copies.</summary>
    public string? Arm { get; set; }

    /// <summary>Share of the requests to other arms that are copied, 0 to 100.</summary>
    public int Percentage { get; set; }
}
