using ModelOperator.Trainer.Data;

namespace ModelOperator.Trainer.Parameters;

/// <summary>Parts of the validation rows that are scored by themselves.</summary>
/// <param name="Conditions">One of each slice, which is named as it is written.</param>
/// <param name="LeastRows">A slice with fewer validation rows has no scores: of a handful they say nothing.</param>
public sealed record SliceParameters(IReadOnlyList<RowCondition> Conditions, int LeastRows)
{
    private const int Most = 16;

    // With the metric's name before it, it fits what the operator takes.
    private const int LongestName = 100;
    private const int DefaultLeastRows = 30;

    /// <summary>No slices.</summary>
    public static SliceParameters None { get; } = new([], DefaultLeastRows);

    internal static SliceParameters Parse(ParameterBag bag)
    {
        var text = bag.OptionalText("slices");
        var conditions = RowFilter.ParseAll("slices", text);
        if (conditions.Count == 0)
        {
            bag.Refuse("without slices", "sliceMinRows");
            return None;
        }

        var names = conditions.Select(static condition => condition.ToString()).ToList();
        if (names.Count > Most || names.Distinct(StringComparer.Ordinal).Count() < names.Count || names.Exists(static name => name.Length > LongestName || name.Any(char.IsControl)))
            throw ParameterBag.Malformed("slices", text!, $"at most {Most} different conditions of at most {LongestName} printable characters each");
        return new SliceParameters(conditions, bag.Integer("sliceMinRows", DefaultLeastRows, 1, 1_000_000));
    }

    internal IEnumerable<(string Name, string Value)> Describe()
    {
        if (Conditions.Count == 0)
            yield break;
        yield return ("slices", string.Join("; ", Conditions));
        yield return ("sliceMinRows", ParameterBag.Text(LeastRows));
    }
}
