using System.Globalization;
using System.Runtime.InteropServices;
using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Data;

/// <summary>One column while it is read: numbers as they are, categories as codes in the order of first sight. Its first value decides the type.</summary>
public sealed class TableColumn(string name, bool declaredCategorical, int maxCategories)
{
    private readonly List<float> _values = [];
    private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);
    private readonly List<string> _categories = [];
    private FeatureType? _type = declaredCategorical ? FeatureType.Categorical : null;
    private string? _decidedBy;

    public string Name { get; } = name;

    public FeatureType Type => _type ?? FeatureType.Numeric;

    /// <summary>Number, code or NaN per row.</summary>
    public IReadOnlyList<float> Values => _values;

    /// <summary>The same, for those that go through all of them; valid until one is added.</summary>
    internal ReadOnlySpan<float> Numbers => CollectionsMarshal.AsSpan(_values);

    /// <summary>Texts by code, in the order of first sight.</summary>
    public IReadOnlyList<string> Categories => _categories;

    /// <summary>The formula of a derived column; null for one that is read.</summary>
    public string? Derived { get; init; }

    /// <summary>Adds a number, or NaN.</summary>
    internal void Add(float number) => _values.Add(number);

    /// <summary>Adds one cell.</summary>
    /// <param name="cell">The field's text.</param>
    /// <param name="place">File and line, for messages.</param>
    /// <exception cref="TrainerException">The cell does not fit the column.</exception>
    public void Add(ReadOnlySpan<char> cell, CellPlace place)
    {
        cell = cell.Trim();
        if (CellText.IsMissing(cell))
        {
            _values.Add(float.NaN);
            return;
        }

        var isNumber = PlainNumber.TryParse(cell, out var number);
        if (!isNumber)
        {
            isNumber = double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var wide);
            number = (float)wide;
        }

        if (_type is null)
        {
            _type = isNumber ? FeatureType.Numeric : FeatureType.Categorical;
            _decidedBy = $"'{cell}' at {place}";
        }

        _values.Add(_type == FeatureType.Numeric ? Number(cell, isNumber, number, place) : Code(cell, isNumber, place));
    }

    private float Number(ReadOnlySpan<char> cell, bool isNumber, float number, CellPlace place)
    {
        if (!isNumber)
            throw TrainerException.BadData(
                $"{place}, column '{Name}': '{cell}' is no number, but the column's first value ({_decidedBy}) is; name the column in parameter 'categorical' if these are categories");
        return float.IsFinite(number)
            ? number
            : throw TrainerException.BadData($"{place}, column '{Name}': '{cell}' is not a finite 32-bit number");
    }

    private float Code(ReadOnlySpan<char> cell, bool isNumber, CellPlace place)
    {
        if (_codes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(cell, out var known))
            return known;
        if (isNumber && !declaredCategorical)
            throw TrainerException.BadData(
                $"{place}, column '{Name}': '{cell}' is a number, but the column's first value ({_decidedBy}) is none; name the column in parameter 'categorical' if these are categories");
        if (_categories.Count == maxCategories)
            throw TrainerException.BadData(
                $"{place}, column '{Name}': more than {maxCategories} categories (parameter 'maxCategories'); an identifier? Name it in 'dropColumns'");
        var text = cell.ToString();
        _codes.Add(text, _categories.Count);
        _categories.Add(text);
        return _categories.Count - 1;
    }
}
