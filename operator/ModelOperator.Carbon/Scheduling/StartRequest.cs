namespace ModelOperator.Carbon.Scheduling;

/// <summary>Work of constant power that may wait; uninterrupted unless a minimum run says otherwise.</summary>
/// <param name="Now">Earliest start.</param>
/// <param name="LatestStart">Latest start that still meets every deadline.</param>
/// <param name="Duration">Expected time of work, above zero.</param>
public sealed record StartRequest(DateTimeOffset Now, DateTimeOffset LatestStart, TimeSpan Duration)
{
    /// <summary>Work starts at once while its mean intensity would not be above this; null: never for that reason.</summary>
    public CarbonIntensity? CleanEnough { get; init; }

    /// <summary>The least gain, as a part of the intensity of an immediate start, that waiting or another wait than the chosen one is worth.</summary>
    public double LeastGain { get; init; } = 0.01;

    /// <summary>The work may be interrupted, and no stretch of it is shorter than this; null for work that may not be.</summary>
    public TimeSpan? MinimumRun { get; init; }

    /// <summary>Cost of each resume, as time of work whose energy is spent again.</summary>
    public TimeSpan ResumeCost { get; init; }
}
