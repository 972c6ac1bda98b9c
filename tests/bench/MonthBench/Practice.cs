namespace ModelOperator.MonthBench;

/// <summary>What is done, and what is not.</summary>
/// <param name="Name">Of the step that leads here.</param>
/// <param name="Halving">Sweeps by successive halving instead of the whole grid.</param>
/// <param name="Reuse">Identical inputs are answered by the version that is there.</param>
/// <param name="Checkpoints">A run that was evicted goes on from its last checkpoint, a trial of a later rung from that of its rung before.</param>
/// <param name="Waits">Runs that may wait start when the grid is expected to be clean.</param>
internal sealed record Practice(string Name, bool Halving = false, bool Reuse = false, bool Checkpoints = false, bool Waits = false)
{
    /// <summary>One more each, as the columns of the waterfall.</summary>
    internal static IReadOnlyList<Practice> Steps { get; } =
    [
        new("naive"),
        new("successive halving", Halving: true),
        new("reuse of identical runs", Halving: true, Reuse: true),
        new("checkpoints", Halving: true, Reuse: true, Checkpoints: true),
        new("start on a clean grid", Halving: true, Reuse: true, Checkpoints: true, Waits: true),
    ];
}
