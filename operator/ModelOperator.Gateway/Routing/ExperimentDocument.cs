namespace ModelOperator.Gateway.Routing;

/// <summary>An A/B test over the arms of the table.</summary>
public sealed record ExperimentDocument
{
    /// <summary>Identity of the measurement: users and events are counted anew when it changes. Null while nothing is measured yet.</summary>
    public string? Id { get; set; }

    /// <summary>Names of business events that are counted; no other name is.</summary>
    public List<string>? Events { get; set; }
}
