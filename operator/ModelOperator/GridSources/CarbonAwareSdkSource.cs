using ModelOperator.Api;
using System.Globalization;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>
/// A Web API of the Green Software Foundation's Carbon Aware SDK. Its answers do not say which signal they are: the installation does, and only the source of
/// that signal is made. They do not say what is measured either, so that its past counts as estimated.
/// </summary>
/// <typeparam name="TSignal">What the server's data source gives.</typeparam>
/// <param name="http">Client.</param>
/// <param name="address">Address of the server.</param>
public sealed class CarbonAwareSdkSource<TSignal>(PoliteHttp http, string address) : IGridSource<TSignal>
    where TSignal : struct, IGridSignal
{
    private const string Target = "Carbon Aware SDK";

    /// <inheritdoc/>
    public string Name => GridSourceNames.CarbonAwareSdk;

    /// <inheritdoc/>
    public async Task<GridAnswer> ReadAsync(string zone, DateTimeOffset from, DateTimeOffset now, int rank, CancellationToken cancellationToken)
    {
        var location = Uri.EscapeDataString(zone);
        var past = await http.GetAsync(
            Target, new Uri($"{address}/emissions/bylocation?location={location}&time={UtcText.Of(from)}&toTime={UtcText.Of(now)}"), null, cancellationToken);
        var answer = past.Read(Target, GridWire.Default.ListSdkEmission, points => new([.. SlotSeries.UntilNext(points, p => p.At)
            .Select(p => SlotSeries.Of(p.At, Length(p.Point.Duration) ?? p.Length, p.Point.Rating, IntensityQuality.Estimated, $"{Target} {zone}", rank))
            .OfType<GridSlot>()]));
        if (answer.RetryAfter is not null || (answer.Slots.Count == 0 && answer.Problem is not null))
            return answer;
        var forecast = await http.GetAsync(
            $"{Target} (forecast)", new Uri($"{address}/emissions/forecasts/current?location={location}"), null, cancellationToken);
        return answer.And(forecast.Read($"{Target} (forecast)", GridWire.Default.ListSdkForecast, forecasts => new([.. forecasts
            .SelectMany(f => f.Points ?? [])
            .Select(p => SlotSeries.Of(p.At, TimeSpan.FromMinutes(p.Minutes), p.Value, IntensityQuality.Forecast, $"{Target} {zone}", rank))
            .OfType<GridSlot>()])));
    }

    private static TimeSpan? Length(string? duration) =>
        TimeSpan.TryParse(duration, CultureInfo.InvariantCulture, out var length) && length > TimeSpan.Zero ? length : null;
}
