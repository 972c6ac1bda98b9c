using ModelOperator.Api;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>
/// WattTime, API v3: <c>co2_moer</c> is marginal, <c>co2_aoer</c> average. Values are pounds per MWh; 1 lb/MWh = 0.45359237 g/kWh. An answer of another signal or
/// unit than was asked for is refused.
/// </summary>
/// <typeparam name="TSignal">Average or marginal.</typeparam>
/// <param name="session">Session.</param>
/// <param name="address">Address of the API.</param>
public sealed class WattTimeSource<TSignal>(WattTimeSession session, string address) : IGridSource<TSignal>
    where TSignal : struct, IGridSignal
{
    private const decimal GramsPerKilowattHour = 0.45359237m;
    private const string Units = "lbs_co2_per_mwh";
    private static readonly TimeSpan Reach = TimeSpan.FromDays(31);

    private static string Signal => TSignal.Kind == IntensitySignal.Marginal ? "co2_moer" : "co2_aoer";

    /// <inheritdoc/>
    public string Name => GridSourceNames.WattTime;

    /// <inheritdoc/>
    public async Task<GridAnswer> ReadAsync(string zone, DateTimeOffset from, DateTimeOffset now, int rank, CancellationToken cancellationToken)
    {
        var start = from > now - Reach ? from : now - Reach;
        var past = await GetAsync("historical", zone, $"&start={UtcText.Of(start)}&end={UtcText.Of(now)}&include_imputed_marker=true", rank, cancellationToken);
        if (past.RetryAfter is not null || (past.Slots.Count == 0 && past.Problem is not null))
            return past;
        return past.And(await GetAsync("forecast", zone, "&horizon_hours=72", rank, cancellationToken));
    }

    private async Task<GridAnswer> GetAsync(string path, string zone, string more, int rank, CancellationToken cancellationToken)
    {
        var target = $"WattTime ({path})";
        var url = new Uri($"{address}/v3/{path}?region={Uri.EscapeDataString(zone)}&signal_type={Signal}{more}");
        var response = await session.GetAsync(target, url, cancellationToken);
        return response.Read(target, GridWire.Default.WattTimeDocument, document =>
        {
            if (document.Meta is not { PeriodSeconds: > 0 } meta)
                return GridAnswer.Failed($"{target} did not say how long its values last");
            if (meta.Signal != Signal || meta.Units != Units)
                return GridAnswer.Failed($"{target} answered signal '{meta.Signal}' in '{meta.Units}' where {Signal} in {Units} was asked for");
            var length = TimeSpan.FromSeconds(meta.PeriodSeconds);
            return new([.. (document.Data ?? [])
                .Select(p => SlotSeries.Of(p.At, length, p.Value * GramsPerKilowattHour, Quality(p, path), $"WattTime {Signal} {zone}", rank))
                .OfType<GridSlot>()]);
        });
    }

    // WattTime's values are modelled from the grid's published data; only its own mark says that data were missing.
    private static IntensityQuality Quality(WattTimePoint point, string path)
    {
        if (path == "forecast")
            return IntensityQuality.Forecast;
        return point.Imputed == true ? IntensityQuality.Estimated : IntensityQuality.Measured;
    }
}
