namespace ModelOperator.Carbon.Metering;

/// <summary>How far readings may be apart and may be carried.</summary>
public sealed record MeteringOptions
{
    private static readonly TimeSpan ShortestMaxGap = TimeSpan.FromSeconds(60);

    /// <summary>Options for a source that is read every <paramref name="scrapeInterval"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public MeteringOptions(TimeSpan scrapeInterval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(scrapeInterval, TimeSpan.Zero);
        EdgeHold = scrapeInterval;
        MaxGap = scrapeInterval * 4 > ShortestMaxGap ? scrapeInterval * 4 : ShortestMaxGap;
    }

    /// <summary>A source that is read every 15 s.</summary>
    public static MeteringOptions Default { get; } = new(TimeSpan.FromSeconds(15));

    /// <summary>Longest gap between two samples that still counts as measured: max(60 s, 4 scrape intervals).</summary>
    public TimeSpan MaxGap { get; init; }

    /// <summary>How far the first and last power are held towards the edges of the interval: one scrape interval.</summary>
    public TimeSpan EdgeHold { get; init; }
}
