using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>Why a condition cannot be read.</summary>
/// <param name="Column">Character that is wrong, from 1.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record ConditionError(int Column, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"column {Column}: {Message}");
}
