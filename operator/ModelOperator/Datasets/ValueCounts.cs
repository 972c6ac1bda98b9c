using System.Collections.Immutable;

namespace ModelOperator.Datasets;

/// <summary>
/// Frequencies of texts in bounded memory: exact up to <see cref="Most"/> distinct ones, beyond that Misra and Gries ("Finding repeated
/// elements", 1982): each count is then too low by at most <see cref="Error"/>, which is at most values / (Most + 1). Not thread-safe.
/// </summary>
public sealed class ValueCounts
{
    /// <summary>Distinct values that are counted exactly.</summary>
    public const int Most = 1000;

    private const int LongestText = 256;

    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> bySpan;

    /// <summary>Starts empty.</summary>
    public ValueCounts() => bySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>By how much a count may be too low; 0 while all are exact.</summary>
    public long Error { get; private set; }

    /// <summary>Distinct values, or how many there are at least.</summary>
    public int Distinct { get; private set; }

    /// <summary>Counts a value; of a long one the first 256 characters count.</summary>
    public void Add(ReadOnlySpan<char> value)
    {
        var key = value.Length <= LongestText ? value : value[..LongestText];
        if (bySpan.TryGetValue(key, out var count))
        {
            bySpan[key] = count + 1;
            return;
        }

        if (counts.Count < Most)
        {
            counts[key.ToString()] = 1;
            Distinct = Math.Max(Distinct, counts.Count);
            return;
        }

        Distinct = Most + 1;
        Error++;
        foreach (var (text, held) in counts.ToList())
        {
            if (held == 1)
                counts.Remove(text);
            else
                counts[text] = held - 1;
        }
    }

    /// <summary>The most frequent values, most frequent first, equal ones by name.</summary>
    public ImmutableArray<(string Value, long Count)> Top(int most) =>
        [.. counts.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key, StringComparer.Ordinal).Take(most).Select(static pair => (pair.Key, pair.Value))];
}
