namespace ModelOperator.Carbon.Scheduling;

/// <summary>Uninterrupted work of constant power that may wait.</summary>
/// <param name="Now">Earliest start.</param>
/// <param name="LatestStart">Latest start that still meets every deadline.</param>
/// <param name="Duration">Expected time of work, above zero.</param>
public sealed record StartRequest(DateTimeOffset Now, DateTimeOffset LatestStart, TimeSpan Duration)
{
    /// <summary>Work starts at once while its mean intensity would not be above this; null: never for that reason.</summary>
    public CarbonIntensity? CleanEnough { get; init; }

    /// <summary>The least gain, as a part of the intensity of an immediate start, that waiting or another wait than the chosen one is worth.</summary>
    public double LeastGain { get; init; } = 0.01;
}
