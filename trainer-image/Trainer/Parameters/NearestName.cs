namespace ModelOperator.Trainer.Parameters;

/// <summary>The known name that somebody most likely meant; pure.</summary>
internal static class NearestName
{
    // Every third letter may be wrong: "learningrat" and "leaningRate" are, "rounds" and "epochs" are not the same word.
    private const int LettersPerError = 3;

    // Two letters are within too many words.
    private const int LeastPart = 3;

    /// <summary>What an error says between the name and the list of those that are known.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">Names.</param>
    internal static string Asked(string name, IEnumerable<string> known) => Of(name, known) is { } meant ? $"; did you mean '{meant}'?" : ";";

    /// <summary>
    /// By slips of the pen, then by initials (<c>lr</c> is <c>learningRate</c>), then by a part of the name (<c>layers</c> is of <c>hiddenLayers</c>); null when nothing is near.
    /// </summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">Names in camel case.</param>
    internal static string? Of(string name, IEnumerable<string> known)
    {
        var written = ParameterSource.Canonical(name);
        string[] names = [.. known.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (names.Length == 0 || written.Length == 0)
            return null;
        var (nearest, errors) = names.Select(one => (one, Distance(written, ParameterSource.Canonical(one)))).MinBy(static one => one.Item2);
        if (errors <= Math.Min(written.Length, nearest.Length) / LettersPerError)
            return nearest;
        return names.FirstOrDefault(one => Initials(one) == written)
            ?? names.Where(one => IsPart(written, ParameterSource.Canonical(one))).MinBy(one => Math.Abs(one.Length - written.Length));
    }

    private static bool IsPart(string written, string known) => Math.Min(written.Length, known.Length) >= LeastPart
        && (known.Contains(written, StringComparison.Ordinal) || written.Contains(known, StringComparison.Ordinal));

    private static string Initials(string name) => string.Concat(name.Where((letter, i) => i == 0 || char.IsUpper(letter))).ToLowerInvariant();

    /// <summary>Letters to add, leave out, change, or swap with their neighbour (optimal string alignment).</summary>
    private static int Distance(string left, string right)
    {
        var (before, above, row) = (new int[right.Length + 1], new int[right.Length + 1], new int[right.Length + 1]);
        for (var j = 0; j <= right.Length; j++)
            above[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = left[i - 1] == right[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(above[j] + 1, row[j - 1] + 1), above[j - 1] + change);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, above, row) = (above, row, before);
        }

        return above[right.Length];
    }
}
