namespace ModelOperator.ModelFormat.Derived;

/// <summary>A column that is worked out from others.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Formula">What it is.</param>
public sealed record DerivedColumn(string Name, Formula Formula)
{
    /// <summary>The most of a model.</summary>
    public const int Most = 64;

    /// <summary>Reads definitions separated by ';', each NAME = FORMULA: <c>volume = x * y * z; `log volume` = log1p(volume)</c>.</summary>
    /// <exception cref="FormulaException">A definition cannot be read, a name is given twice, or there are too many.</exception>
    public static IReadOnlyList<DerivedColumn> ParseAll(string? text)
    {
        List<DerivedColumn> columns = [];
        foreach (var definition in (text ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var column = Parse(definition);
            if (columns.Exists(other => other.Name == column.Name))
                throw new FormulaException(definition, 1, $"'{column.Name}' is defined twice");
            if (columns.Count == Most)
                throw new FormulaException(definition, 1, $"this is one more than the {Most} that a model may have");
            columns.Add(column);
        }

        return columns;
    }

    /// <summary>The definition, to be read again.</summary>
    public override string ToString() => $"`{Name}` = {Formula.Text}";

    private static DerivedColumn Parse(string definition)
    {
        var words = new FormulaLexer(definition.Length <= Formula.MaxLength
            ? definition
            : throw new FormulaException(definition, Formula.MaxLength + 1, $"a definition may have {Formula.MaxLength} characters"));
        if (words.Kind is not (FormulaWord.Name or FormulaWord.Quoted))
            throw words.Wrong(words.Position, $"{words.Shown}, expected the new column's name");
        var name = words.Word;
        words.Next();
        return words.Take("=")
            ? new DerivedColumn(name, new FormulaParser(words).Read())
            : throw words.Wrong(words.Position, $"{words.Shown}, expected '=' behind the new column's name");
    }
}
