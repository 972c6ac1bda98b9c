using System.Diagnostics.CodeAnalysis;

namespace ModelOperator.Analysis;

/// <summary>Ends the reading of a condition at its first error; never leaves the library.</summary>
[SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "Caught by Condition.TryParse, its only way out.")]
internal sealed class ConditionSyntaxException(int column, string message) : Exception(message)
{
    public ConditionError Error { get; } = new(column, message);
}
