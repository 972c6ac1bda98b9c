using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>What a source said: slots, a problem, or both (a past without a forecast).</summary>
/// <param name="Slots">What it knows; empty when nothing.</param>
/// <param name="Problem">What went wrong, without any secret; null when all went well.</param>
/// <param name="RetryAfter">How long the source asks to be left alone; null when it does not.</param>
public sealed record GridAnswer(IReadOnlyList<GridSlot> Slots, string? Problem = null, TimeSpan? RetryAfter = null)
{
    /// <summary>Nothing, for a reason.</summary>
    public static GridAnswer Failed(string problem, TimeSpan? retryAfter = null) => new([], problem, retryAfter);

    /// <summary>Two answers of one source as one.</summary>
    public GridAnswer And(GridAnswer other) => new(
        [.. Slots, .. other.Slots],
        Problem is null || other.Problem is null || Problem == other.Problem ? Problem ?? other.Problem : $"{Problem}; {other.Problem}",
        (RetryAfter ?? TimeSpan.Zero) > (other.RetryAfter ?? TimeSpan.Zero) ? RetryAfter : other.RetryAfter);
}
