using System.Globalization;

namespace ModelOperator.Datasets;

/// <summary>One broken rule.</summary>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Message">What was found and what is allowed.</param>
/// <param name="Column">Column, where it is one's.</param>
/// <param name="Row">Row of the dataset, from 1, the header not counted; where it is one's.</param>
/// <param name="Place">File and line, where it has one.</param>
public sealed record DatasetViolation(string Rule, string Message, string? Column = null, long? Row = null, string? Place = null)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var where = string.Join(", ", new[]
        {
            Column is null ? null : $"column '{Column}'",
            Row is { } row ? string.Create(CultureInfo.InvariantCulture, $"row {row}") : null,
        }.Where(static part => part is not null));
        return $"{where}{(where.Length > 0 && Place is not null ? " " : "")}{(Place is null ? "" : $"({Place})")}{(where.Length > 0 || Place is not null ? ": " : "")}{Message} [{Rule}]";
    }
}
