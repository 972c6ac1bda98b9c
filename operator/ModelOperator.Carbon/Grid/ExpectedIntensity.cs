using System.Globalization;

namespace ModelOperator.Carbon.Grid;

/// <summary>The intensity to plan a run with: forecast where there is one, else what the rules of <see cref="ZoneIntensity{TSignal}"/> put in its place.</summary>
/// <param name="Mean">Time-weighted mean over the planned time, rounded up.</param>
/// <param name="Sigma">Standard deviation of ln(settled / planned); 0 when nothing but the yearly table will settle the run either.</param>
/// <param name="Source">For the basis text.</param>
/// <param name="Quality">The worst quality that carries a twentieth of the time or more.</param>
public sealed record ExpectedIntensity(CarbonIntensity Mean, double Sigma, string Source, IntensityQuality Quality)
{
    private const double Carries = 0.05;

    // Beyond a week nobody forecasts; the week's mean speaks for the rest.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(7);

    /// <summary>Plans [start, start + duration).</summary>
    /// <exception cref="ArgumentException">The zone has no fallback.</exception>
    public static ExpectedIntensity Of(ZoneIntensity<AverageSignal> zone, DateTimeOffset start, TimeSpan duration)
    {
        if (zone.Fallback is not { } fallback)
            throw new ArgumentException("a plan needs a fallback for every time", nameof(zone));
        if (!zone.HasSources || duration <= TimeSpan.Zero)
            return new(fallback, 0, zone.FallbackSource, IntensityQuality.Yearly);
        var parts = zone.Resolve(start, start + (duration < Horizon ? duration : Horizon));
        var ticks = parts.Sum(p => (p.End - p.Start).Ticks);
        var shares = parts.GroupBy(p => p.Quality).Select(g => (Quality: g.Key, Share: g.Sum(p => (p.End - p.Start).Ticks) / (double)ticks)).OrderBy(s => s.Quality).ToList();
        var sigma = shares.Sum(s => s.Share * GridRules.Sigma(s.Quality));
        var text = string.Join(", ", shares.Select(s => string.Create(CultureInfo.InvariantCulture, $"{100 * s.Share:0} % {Word(s.Quality)}")));
        return new(IntensityPart.Mean(parts, Rounding.Up), sigma, $"{Sources(parts)}: {text}", shares.FindLast(static s => s.Share >= Carries).Quality);
    }

    private static string Sources(IReadOnlyList<IntensityPart> parts) => string.Join(" and ", parts.Select(p => p.Source).Distinct(StringComparer.Ordinal).Take(3));

    private static string Word(IntensityQuality quality) => quality switch
    {
        IntensityQuality.Measured => "measured",
        IntensityQuality.Estimated => "estimated by the source",
        IntensityQuality.Forecast => "forecast",
        IntensityQuality.Stale => "last known value",
        IntensityQuality.SameHour => "same hour of earlier days",
        _ => "yearly average",
    };
}
