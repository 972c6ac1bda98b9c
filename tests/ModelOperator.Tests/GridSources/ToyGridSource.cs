using System.Collections.Concurrent;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Grid;
using ModelOperator.GridSources;

namespace ModelOperator.Tests.GridSources;

/// <summary>A source that says what it was told to say, then nothing.</summary>
internal sealed class ToyGridSource(string name) : IGridSource<AverageSignal>
{
    private int asked;

    public string Name => name;

    internal ConcurrentQueue<GridAnswer> Answers { get; } = [];

    internal int Asked => asked;

    internal string? Zone { get; private set; }

    internal bool Throws { get; set; }

    public async Task<GridAnswer> ReadAsync(string zone, DateTimeOffset from, DateTimeOffset now, int rank, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Interlocked.Increment(ref asked);
        Zone = zone;
        if (Throws)
            throw new InvalidOperationException("a fault");
        return Answers.TryDequeue(out var answer) ? answer with { Slots = [.. answer.Slots.Select(s => s with { SourceRank = rank })] } : GridAnswer.Failed("nothing");
    }

    /// <summary>Measured until now, forecast afterwards.</summary>
    internal GridAnswer Hours(TimeProvider time, int from, int to, decimal grams) => new([.. Enumerable.Range(from, to - from).Select(h => new GridSlot(
        time.GetUtcNow().AddHours(h), time.GetUtcNow().AddHours(h + 1), CarbonIntensity.FromGramsPerKilowattHour(grams), h < 0 ? IntensityQuality.Measured : IntensityQuality.Forecast, name))]);
}
