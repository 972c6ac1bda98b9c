using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>One zone of the cache. The timeline is replaced as a whole, by whoever holds the gate.</summary>
/// <typeparam name="TSignal">Average or marginal.</typeparam>
internal sealed class GridZone<TSignal>
    where TSignal : struct, IGridSignal
{
    private readonly Lock sync = new();
    private long asked;
    private volatile bool looked;
    private volatile GridTimeline<TSignal> timeline = GridTimeline<TSignal>.Empty;
    private Task? first;

    /// <summary>One look at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>When somebody last asked.</summary>
    public DateTimeOffset Asked
    {
        get => new(Interlocked.Read(ref asked), TimeSpan.Zero);
        set => Interlocked.Exchange(ref asked, value.UtcTicks);
    }

    /// <summary>True after the first look, however it went.</summary>
    public bool Looked
    {
        get => looked;
        set => looked = value;
    }

    /// <summary>What is known.</summary>
    public GridTimeline<TSignal> Timeline
    {
        get => timeline;
        set => timeline = value;
    }

    /// <summary>When a source may be asked again.</summary>
    public Dictionary<string, DateTimeOffset> NotBefore { get; } = [];

    /// <summary>Last problem of each source that was asked.</summary>
    public Dictionary<string, string?> Problems { get; } = [];

    /// <summary>The first look, begun by whoever comes first.</summary>
    public Task FirstLook(Func<Task> look)
    {
        lock (sync)
            return first ??= look();
    }
}
