namespace ModelOperator.Datasets;

/// <summary>One column while a dataset is read: its rules are checked, its profile grows.</summary>
/// <param name="name">Name in the header.</param>
/// <param name="rules">Rules; null for a column that is not listed.</param>
/// <param name="profiled">Whether a profile is made.</param>
public sealed class ColumnState(string name, DatasetColumn? rules, bool profiled)
{
    private const int FewValues = 20;

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>>? allowed = rules?.AllowedValues is { Count: > 0 } values
        ? new HashSet<string>(values, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>()
        : null;

    private bool allNumbers = true;
    private bool allIntegers = true;

    /// <summary>Name in the header.</summary>
    public string Name { get; } = name;

    /// <summary>Rules; null for a column that is not listed.</summary>
    public DatasetColumn? Rules { get; } = rules;

    /// <summary>Values that are there.</summary>
    public long Count { get; private set; }

    /// <summary>Values that are missing.</summary>
    public long Missing { get; private set; }

    /// <summary>Numbers; null where the column has none.</summary>
    public NumericSummary? Numbers { get; private set; } = profiled && rules?.Type is null or DatasetColumnType.Number or DatasetColumnType.Integer ? new() : null;

    /// <summary>Frequencies; null where the column's values are not listed.</summary>
    public ValueCounts? Values { get; private set; } = profiled && rules?.Type is null or DatasetColumnType.Category or DatasetColumnType.Boolean ? new() : null;

    /// <summary>Lengths of the texts in characters; null where they do not matter.</summary>
    public NumericSummary? Lengths { get; private set; } = profiled && rules?.Type is null or DatasetColumnType.Text ? new() : null;

    /// <summary>The type: as declared, else as found. An undeclared column whose texts hardly repeat is taken for free text, so that names of people are not listed.</summary>
    public DatasetColumnType Type => Rules?.Type ?? (Count, allNumbers, allIntegers) switch
    {
        (0, _, _) => DatasetColumnType.Category,
        (_, true, true) => DatasetColumnType.Integer,
        (_, true, _) => DatasetColumnType.Number,
        _ => Values is { Error: 0 } && (Values.Distinct <= FewValues || Values.Distinct * 2L <= Count) ? DatasetColumnType.Category : DatasetColumnType.Text,
    };

    /// <summary>A missing value.</summary>
    public void AddMissing() => Missing++;

    /// <summary>A value that is there; the broken rule, or null.</summary>
    public (string Rule, string Message)? Add(ReadOnlySpan<char> cell)
    {
        Count++;
        var isNumber = CellReader.TryNumber(cell, out var number);
        var broken = Broken(cell, isNumber, number);
        if (profiled && broken is null)
            Profile(cell, isNumber, number);
        return broken;
    }

    private (string Rule, string Message)? Broken(ReadOnlySpan<char> cell, bool isNumber, double number)
    {
        if (Rules is null)
            return null;
        var fits = Rules.Type switch
        {
            DatasetColumnType.Number => isNumber,
            DatasetColumnType.Integer => CellReader.IsInteger(cell),
            DatasetColumnType.Boolean => CellReader.IsBoolean(cell),
            _ => true,
        };
        if (!fits)
            return ("Type", $"'{CellReader.Shown(cell)}' is no {Rules.Type}");
        if (isNumber && Rules.Minimum is { } minimum && number < minimum)
            return ("Minimum", FormattableString.Invariant($"'{CellReader.Shown(cell)}' is less than {minimum:R}"));
        if (isNumber && Rules.Maximum is { } maximum && number > maximum)
            return ("Maximum", FormattableString.Invariant($"'{CellReader.Shown(cell)}' is greater than {maximum:R}"));
        return allowed is { } set && !set.Contains(cell) ? ("AllowedValues", $"'{CellReader.Shown(cell)}' is not one of the {Rules.AllowedValues!.Count} allowed values") : null;
    }

    private void Profile(ReadOnlySpan<char> cell, bool isNumber, double number)
    {
        allNumbers &= isNumber;
        allIntegers &= isNumber && CellReader.IsInteger(cell);
        if (!allNumbers && Rules?.Type is null)
            Numbers = null;
        if (isNumber)
            Numbers?.Add(number);
        Values?.Add(Rules?.Type == DatasetColumnType.Boolean ? Canonical(cell) : cell);
        Lengths?.Add(cell.Length);
    }

    private static ReadOnlySpan<char> Canonical(ReadOnlySpan<char> cell)
    {
        var word = cell.Trim();
        return word is "1" || word.Equals("true", StringComparison.OrdinalIgnoreCase) || word.Equals("yes", StringComparison.OrdinalIgnoreCase) ? "true" : "false";
    }
}
