using ModelOperator.Api;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>
/// Electricity Maps, API v3, header <c>auth-token</c>: average (flow-traced, life-cycle) intensity. The last day comes from <c>history</c>, which every token may
/// read; older days from <c>past-range</c> in steps of at most ten days; the future from <c>forecast</c>.
/// </summary>
/// <param name="http">Client.</param>
/// <param name="address">Address of the API.</param>
/// <param name="token">Token.</param>
public sealed class ElectricityMapsSource(PoliteHttp http, string address, SecretText token) : IGridSource<AverageSignal>
{
    private const string Target = "Electricity Maps";
    private static readonly TimeSpan Slot = TimeSpan.FromHours(1);
    private static readonly TimeSpan HistoryReach = TimeSpan.FromHours(23);
    private static readonly TimeSpan RangeStep = TimeSpan.FromDays(10);

    /// <inheritdoc/>
    public string Name => GridSourceNames.ElectricityMaps;

    /// <inheritdoc/>
    public async Task<GridAnswer> ReadAsync(string zone, DateTimeOffset from, DateTimeOffset now, int rank, CancellationToken cancellationToken)
    {
        var answer = await GetAsync("history", zone, "", rank, cancellationToken);
        if (answer.RetryAfter is not null || (answer.Slots.Count == 0 && answer.Problem is not null))
            return answer;
        if (from < now - HistoryReach)
        {
            var start = from > now - RangeStep ? from : now - RangeStep;
            answer = answer.And(await GetAsync("past-range", zone, $"&start={UtcText.Of(start)}&end={UtcText.Of(now)}", rank, cancellationToken));
        }

        return answer.And(await GetAsync("forecast", zone, "", rank, cancellationToken));
    }

    private async Task<GridAnswer> GetAsync(string path, string zone, string more, int rank, CancellationToken cancellationToken)
    {
        var url = new Uri($"{address}/v3/carbon-intensity/{path}?zone={Uri.EscapeDataString(zone)}{more}");
        var response = await http.GetAsync($"{Target} ({path})", url, headers => headers.TryAddWithoutValidation("auth-token", token.Reveal()), cancellationToken);
        return response.Read($"{Target} ({path})", GridWire.Default.ElectricityMapsDocument, document => new(
        [
            .. Slots((document.History ?? []).Concat(document.Data ?? []), zone, rank, forecast: false),
            .. Slots(document.Forecast ?? [], zone, rank, forecast: true),
        ]));
    }

    private static IEnumerable<GridSlot> Slots(IEnumerable<ElectricityMapsPoint> points, string zone, int rank, bool forecast) => points
        .Select(p => SlotSeries.Of(p.At, Slot, p.Grams, Quality(p, forecast), $"Electricity Maps {zone}", rank))
        .OfType<GridSlot>();

    private static IntensityQuality Quality(ElectricityMapsPoint point, bool forecast)
    {
        if (forecast)
            return IntensityQuality.Forecast;
        return point.Estimated == false ? IntensityQuality.Measured : IntensityQuality.Estimated;
    }
}
