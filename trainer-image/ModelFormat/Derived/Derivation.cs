namespace ModelOperator.ModelFormat.Derived;

/// <summary>Works out the derived columns of rows whose other columns are there: those stand first, the derived ones behind them in the order of their definition.</summary>
public sealed class Derivation
{
    private readonly FormulaStep[][] _columns;
    private readonly int _first;
    private readonly int _height;

    private Derivation(FormulaStep[][] columns, int first, int height) => (_columns, _first, _height) = (columns, first, height);

    /// <param name="given">Names of the columns that are there; null for one that is no number.</param>
    /// <param name="derived">Those to work out; each may read the ones before.</param>
    /// <param name="unknown">Makes the exception for a column that a derived one reads and that is not there.</param>
    public static Derivation Bind(IEnumerable<string?> given, IReadOnlyList<DerivedColumn> derived, Func<DerivedColumn, string, Exception> unknown)
    {
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        var first = 0;
        foreach (var name in given)
        {
            if (name is not null)
                places.Add(name, first);
            first++;
        }

        var columns = new FormulaStep[derived.Count][];
        for (var i = 0; i < columns.Length; i++)
        {
            var column = derived[i];
            columns[i] = column.Formula.Bind(name => places.TryGetValue(name, out var place) ? place : throw unknown(column, name));
            places.Add(column.Name, first + i);
        }

        return new Derivation(columns, first, derived.Max(static column => column.Formula.Height));
    }

    /// <summary>Of a model; null where it has no derived features.</summary>
    /// <exception cref="ModelFormatException">A formula cannot be read, or reads what is no numeric feature before it.</exception>
    public static Derivation? Of(ModelDocument model)
    {
        var derived = model.Features.SkipWhile(static feature => feature.Derived is null).Select(Read).ToList();
        return derived.Count == 0 ? null : Bind(
            model.Inputs.Select(static feature => feature.Type == FeatureType.Numeric ? feature.Name : null),
            derived,
            static (column, name) => new ModelFormatException($"{ModelDocument.FileName}: derived feature '{column.Name}' reads '{name}', which is no numeric feature before it"));
    }

    /// <summary>Fills a row's derived columns; NaN where there is no finite number. For many callers at once.</summary>
    public void Fill(Span<float> row)
    {
        // No more than a few for each level that a formula may have.
        Span<double> stack = stackalloc double[_height];
        for (var i = 0; i < _columns.Length; i++)
            row[_first + i] = Formula.Evaluate(_columns[i], row, stack);
    }

    private static DerivedColumn Read(FeatureDocument feature)
    {
        try
        {
            return feature is { Derived: { } formula, Type: FeatureType.Numeric }
                ? new DerivedColumn(feature.Name, Formula.Parse(formula))
                : throw new ModelFormatException($"{ModelDocument.FileName}: feature '{feature.Name}' stands behind a derived one and is not a derived number itself");
        }
        catch (FormulaException wrong)
        {
            throw new ModelFormatException($"{ModelDocument.FileName}: derived feature '{feature.Name}' is {wrong.Message}", wrong);
        }
    }
}
