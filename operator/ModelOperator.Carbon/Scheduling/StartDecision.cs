namespace ModelOperator.Carbon.Scheduling;

/// <summary>When to start, and what it is worth by the forecast.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Start">When; the time of the decision unless it waits.</param>
public sealed record StartDecision(StartReason Reason, DateTimeOffset Start)
{
    /// <summary>True when the work waits.</summary>
    public bool Waits => Reason == StartReason.Waiting;

    /// <summary>Expected mean intensity of work that starts at once; null when nothing is known.</summary>
    public CarbonIntensity? Immediate { get; init; }

    /// <summary>Expected mean intensity of work that starts at <see cref="Start"/>; null when nothing is known.</summary>
    public CarbonIntensity? Chosen { get; init; }

    /// <summary>Of work that goes on: when a pause is expected to be worth it; null without any.</summary>
    public DateTimeOffset? Until { get; init; }
}
