using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>The rooms' way to intensities: facts of a moment, never a call into the network that a decision would wait for.</summary>
/// <param name="average">Averages, for accounting and estimates.</param>
/// <param name="marginal">Marginal figures, for deciding when to run.</param>
/// <param name="options">Settings.</param>
public sealed class GridKnowledge(GridIntensityCache<AverageSignal> average, GridIntensityCache<MarginalSignal> marginal, GridSourceOptions options)
{
    /// <summary>Averages of a zone, with the yearly table behind them.</summary>
    public ZoneIntensity<AverageSignal> Average(string zone) => Of(zone, average.Find(zone));

    /// <summary>The same; a zone that nobody asked for before is looked at first, for a few seconds at most.</summary>
    public async Task<ZoneIntensity<AverageSignal>> AverageAsync(string zone, CancellationToken cancellationToken) => Of(zone, await average.FindAsync(zone, cancellationToken));

    /// <summary>Marginal figures of a zone; there is no table behind them, and often there are none at all.</summary>
    public ZoneIntensity<MarginalSignal> Marginal(string zone) => Of(zone, marginal.Find(zone));

    /// <summary>The same; a zone that nobody asked for before is looked at first, for a few seconds at most.</summary>
    public async Task<ZoneIntensity<MarginalSignal>> MarginalAsync(string zone, CancellationToken cancellationToken) => Of(zone, await marginal.FindAsync(zone, cancellationToken));

    /// <summary>Looks at all zones that were asked for lately.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await average.RefreshAsync(cancellationToken);
        await marginal.RefreshAsync(cancellationToken);
    }

    private ZoneIntensity<MarginalSignal> Of(string zone, GridTimeline<MarginalSignal> timeline) => new(zone, timeline, null, "no marginal source", options.Rules);

    private ZoneIntensity<AverageSignal> Of(string zone, GridTimeline<AverageSignal> timeline) => YearlyIntensity.Of(zone, timeline, options.Rules);
}
