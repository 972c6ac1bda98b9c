using System.Globalization;

namespace ModelOperator.ModelFormat.Derived;

/// <summary>A formula, or a list of them, cannot be read. The message names the text, the place in it, and what is allowed.</summary>
/// <param name="text">What was read.</param>
/// <param name="position">The character that is wrong, from 1.</param>
/// <param name="problem">What is wrong, and what is allowed.</param>
public sealed class FormulaException(string text, int position, string problem)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"'{Shorten(text)}', character {position}: {problem}"))
{
    private const int MostShown = 120;

    /// <summary>The character that is wrong, from 1; one more than there are where something is missing at the end.</summary>
    public int Position { get; } = position;

    private static string Shorten(string text) => text.Length <= MostShown ? text : text[..MostShown] + "…";
}
