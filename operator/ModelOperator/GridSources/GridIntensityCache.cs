using System.Collections.Concurrent;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>
/// What is known about zones, in memory: the sources of one signal asked in order, the next one only for what the ones before it lack. A look that fails leaves
/// what is known as it was. Thread-safe.
/// </summary>
/// <typeparam name="TSignal">Average or marginal.</typeparam>
/// <param name="sources">Sources in order.</param>
/// <param name="options">Settings.</param>
/// <param name="metrics">Measurements.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
public sealed partial class GridIntensityCache<TSignal>(
    IReadOnlyList<IGridSource<TSignal>> sources, GridSourceOptions options, GridSourceMetrics metrics, TimeProvider time, ILogger log)
    where TSignal : struct, IGridSignal
{
    /// <summary>How much of the past is kept: what a forecast looks at.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(HistoryForecast.Hours);

    /// <summary>How much of the past a source is asked for at first; the rest comes with time.</summary>
    public static readonly TimeSpan Asked = TimeSpan.FromDays(8);

    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(2);
    private static readonly TimeSpan FreshEnough = TimeSpan.FromHours(2);
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(8);
    private const int MostZones = 100;

    private readonly ConcurrentDictionary<string, GridZone<TSignal>> zones = new(StringComparer.Ordinal);

    /// <summary>True when there is anybody to ask.</summary>
    public bool HasSources => sources.Count > 0;

    /// <summary>Zones that were asked for lately.</summary>
    public IReadOnlyList<string> Zones => [.. zones.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What is known about a zone now; asking makes it one of those that are kept fresh.</summary>
    public GridTimeline<TSignal> Find(string zone) => sources.Count == 0 ? GridTimeline<TSignal>.Empty : Entry(zone)?.Timeline ?? GridTimeline<TSignal>.Empty;

    /// <summary>Like <see cref="Find"/>, but a zone that was never looked at is looked at first, for a few seconds at most and once for all who ask.</summary>
    public async Task<GridTimeline<TSignal>> FindAsync(string zone, CancellationToken cancellationToken)
    {
        if (sources.Count == 0 || Entry(zone) is not { } entry)
            return GridTimeline<TSignal>.Empty;
        if (!entry.Looked)
        {
            var first = entry.FirstLook(() => RefreshAsync(zone, CancellationToken.None));
            try
            {
                await first.WaitAsync(FirstLook, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Whoever asks decides with the table; the look goes on.
            }
        }

        return entry.Timeline;
    }

    /// <summary>Looks at every zone that was asked for lately.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, zone) in zones)
        {
            if (zone.Asked < time.GetUtcNow() - Forgotten)
                zones.TryRemove(name, out _);
            else
                await RefreshAsync(name, cancellationToken);
        }
    }

    private async Task RefreshAsync(string name, CancellationToken cancellationToken)
    {
        if (!zones.TryGetValue(name, out var zone))
            return;
        await zone.Gate.WaitAsync(cancellationToken);
        try
        {
            var (past, future) = (false, false);
            for (var rank = 0; rank < sources.Count && !(past && future); rank++)
            {
                var slots = await AskAsync(sources[rank], name, zone, rank, cancellationToken);
                var now = time.GetUtcNow();
                past |= slots.Any(s => s.Quality != IntensityQuality.Forecast && s.End > now - FreshEnough);
                future |= slots.Any(s => s.Quality == IntensityQuality.Forecast && s.End > now + FreshEnough);
            }
        }
        finally
        {
            zone.Looked = true;
            zone.Gate.Release();
        }

        metrics.Saw(name, zone.Timeline);
    }

    private async Task<IReadOnlyList<GridSlot>> AskAsync(IGridSource<TSignal> source, string name, GridZone<TSignal> zone, int rank, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (zone.NotBefore.TryGetValue(source.Name, out var due) && now < due)
            return [];
        GridAnswer answer;
        try
        {
            answer = await source.ReadAsync(options.NameAt(source.Name, name), From(zone.Timeline, rank, now), now, rank, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A source's own fault ends one look, never the loop; its type is enough to find it, its text could hold anything.
            answer = GridAnswer.Failed($"{source.Name} failed: {failure.GetType().Name}");
        }

        zone.Timeline = zone.Timeline.Merge(answer.Slots, now - Kept);
        if (answer.RetryAfter is { } wait)
            zone.NotBefore[source.Name] = now + wait;
        metrics.Asked(source.Name, answer.Problem is null);
        Tell(source.Name, name, zone, answer);
        return answer.Slots;
    }

    private void Tell(string source, string name, GridZone<TSignal> zone, GridAnswer answer)
    {
        var known = zone.Problems.TryGetValue(source, out var before);
        zone.Problems[source] = answer.Problem;
        if (known && before == answer.Problem)
            return;
        if (answer.Problem is { } problem)
            LogProblem(source, TSignal.Kind, name, problem, answer.Slots.Count);
        else
            LogAnswer(source, TSignal.Kind, name, answer.Slots.Count);
    }

    // The last day again, since sources correct it; all that is kept when this source has said nothing yet.
    private static DateTimeOffset From(GridTimeline<TSignal> timeline, int rank, DateTimeOffset now) =>
        timeline.Slots.Any(s => s.SourceRank == rank && s.Start < now - TimeSpan.FromDays(1)) ? now - TimeSpan.FromHours(22) : now - Asked;

    private GridZone<TSignal>? Entry(string zone)
    {
        var now = time.GetUtcNow();
        if (zones.TryGetValue(zone, out var known))
        {
            known.Asked = now;
            return known;
        }

        // Zones come from specs that anybody with the right to make runs can write: their number is bounded.
        return zones.Count >= MostZones ? null : zones.GetOrAdd(zone, _ => new GridZone<TSignal> { Asked = now });
    }

    [LoggerMessage(2700, LogLevel.Warning, "Intensity source {Source} ({Signal}) about zone {Zone}: {Problem}; {Slots} slots were usable")]
    private partial void LogProblem(string source, Carbon.Accounting.IntensitySignal signal, string zone, string problem, int slots);

    [LoggerMessage(2701, LogLevel.Information, "Intensity source {Source} ({Signal}) knows {Slots} slots of zone {Zone}")]
    private partial void LogAnswer(string source, Carbon.Accounting.IntensitySignal signal, string zone, int slots);
}
