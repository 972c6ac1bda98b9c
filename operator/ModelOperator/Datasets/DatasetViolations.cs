using System.Collections.Immutable;
using System.Globalization;

namespace ModelOperator.Datasets;

/// <summary>Collects broken rules: the first few in full, all of them by number.</summary>
public sealed class DatasetViolations
{
    /// <summary>Violations that are kept in full.</summary>
    public const int Kept = 5;

    /// <summary>After so many the rest of the dataset is not read any more.</summary>
    public const int Most = 1000;

    private readonly List<DatasetViolation> first = [];
    private readonly SortedDictionary<string, int> byRule = new(StringComparer.Ordinal);

    /// <summary>All.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there are so many that reading on tells nothing new.</summary>
    public bool IsFull => Count >= Most;

    /// <summary>The first ones.</summary>
    public ImmutableArray<DatasetViolation> First => [.. first];

    /// <summary>Adds one.</summary>
    public void Add(DatasetViolation violation)
    {
        Count++;
        byRule[violation.Rule] = byRule.GetValueOrDefault(violation.Rule) + 1;
        if (first.Count < Kept)
            first.Add(violation);
    }

    /// <summary>For people: the first ones and how many more there are, by rule.</summary>
    public string Describe(string dataset)
    {
        var shown = string.Join("; ", first);
        if (Count <= first.Count)
            return $"dataset '{dataset}': {shown}";
        var rules = string.Join(", ", byRule.Select(static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}")));
        return string.Create(
            CultureInfo.InvariantCulture, $"dataset '{dataset}': {shown}; {Count} violations in all{(IsFull ? ", and the rest was not read" : "")} ({rules})");
    }
}
