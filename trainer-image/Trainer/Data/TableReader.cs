using System.IO.Compression;
using System.Text;
using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Data;

/// <summary>Reads the data files once, keeping the columns and rows that the parameters ask for.</summary>
public sealed class TableReader
{
    private const int MostClasses = 100;

    private readonly TrainingParameters _parameters;
    private readonly List<long> _rowIndices = [];
    private string[]? _header;
    private ReadColumn[] _features = [];
    private ReadColumn[] _formulaOnly = [];
    private (int Field, RowCondition Condition)[] _conditions = [];
    private (int Field, RowCondition Condition, List<bool> Has)[] _slices = [];
    private int _targetField;
    private TableColumn? _target;
    private long _row;

    private TableReader(TrainingParameters parameters) => _parameters = parameters;

    /// <exception cref="TrainerException">With <see cref="ExitCode.Data"/>; the message names file, line and column.</exception>
    public static Table Read(TrainingParameters parameters, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var reader = new TableReader(parameters);
        foreach (var file in files)
        {
            using var text = Open(file);
            reader.ReadFile(text, Path.GetFileName(file), cancellationToken);
        }

        return reader.Finish();
    }

    /// <summary>Reads one open text; for tests and small tables.</summary>
    internal static Table Read(TrainingParameters parameters, TextReader text, string name)
    {
        var reader = new TableReader(parameters);
        reader.ReadFile(text, name, CancellationToken.None);
        return reader.Finish();
    }

    private static StreamReader Open(string file)
    {
        Stream stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        if (file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            stream = new GZipStream(stream, CompressionMode.Decompress);
        return new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
    }

    private void ReadFile(TextReader text, string name, CancellationToken cancellationToken)
    {
        var csv = new CsvReader(text, name);
        try
        {
            ReadHeader(csv, name);
            while (csv.Read())
            {
                ReadRow(csv, name);
                if ((_row & 0xFFF) == 0)
                    cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (DecoderFallbackException failure)
        {
            // What was decoded goes ahead of what was read, so the line is only a lower bound.
            throw new TrainerException(
                ExitCode.Data, $"{name}: not UTF-8: byte 0x{Convert.ToHexString(failure.BytesUnknown ?? [])} behind line {csv.Line}, perhaps far; save the file as UTF-8", failure);
        }
        catch (InvalidDataException failure)
        {
            throw new TrainerException(ExitCode.Data, $"{name}: after line {csv.Line}: {failure.Message}", failure);
        }
    }

    private void ReadHeader(CsvReader csv, string name)
    {
        if (!csv.Read())
            throw TrainerException.BadData($"{name}: the file is empty, expected a header line");
        var header = new string[csv.FieldCount];
        for (var i = 0; i < header.Length; i++)
            header[i] = csv[i].Trim().ToString();
        if (_header is null)
            Bind(header, name);
        else if (!_header.SequenceEqual(header, StringComparer.Ordinal))
            throw TrainerException.BadData($"{name}:1: the header is '{string.Join(",", header)}', but the first file's is '{string.Join(",", _header)}'");
    }

    private void Bind(string[] header, string name)
    {
        _header = header;
        if (header.GroupBy(column => column, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw TrainerException.BadData($"{name}:1: two columns are called '{twice.Key}'");
        if (_parameters.Features.Count == 0 && Array.IndexOf(header, "") is >= 0 and var nameless)
            throw TrainerException.BadData(
                $"{name}:1: column {nameless + 1} has no name (a data frame's row numbers?); give it one, leave it out of the file, or name what to learn from (parameter 'features')");
        _targetField = Field(_parameters.Target, "target", name);
        foreach (var column in _parameters.DropColumns)
            _ = Field(column, "dropColumns", name);
        foreach (var column in _parameters.Categorical)
            _ = Field(column, "categorical", name);
        _conditions = [.. _parameters.RowFilter.Conditions.Select(condition => (Field(condition.Column, "rowFilter", name), condition))];
        _slices = [.. _parameters.Slices.Conditions.Select(condition => (Field(condition.Column, "slices", name), condition, new List<bool>()))];
        var wanted = _parameters.Features.Count > 0 ? _parameters.Features : header.Where(column => column != _parameters.Target);
        _features = [.. wanted.Except(_parameters.DropColumns, StringComparer.Ordinal).Select(column => new ReadColumn(Field(column, "features", name), Column(column)))];
        if (_features.Length == 0 && _parameters.Derive.Count == 0)
            throw TrainerException.BadData($"{name}:1: no column is left to learn from");
        if (_parameters.Derive.FirstOrDefault(derived => header.Contains(derived.Name, StringComparer.Ordinal)) is { } taken)
            throw TrainerException.BadData($"{name}:1: there is a column '{taken.Name}' already (parameter 'derive'); give the derived one another name");
        _formulaOnly = [.. FormulaOnly(header).Select(column => new ReadColumn(Field(column, "derive", name), new TableColumn(column, _parameters.Categorical.Contains(column, StringComparer.Ordinal), int.MaxValue)))];
        _target = new TableColumn(_parameters.Target, _parameters.Objective != Objective.Regression, int.MaxValue);
    }

    // What formulas read of the file and no learner does. Whatever else they name is refused when they are bound.
    private IEnumerable<string> FormulaOnly(string[] header) => _parameters.Derive.SelectMany(static derived => derived.Formula.Columns)
        .Distinct(StringComparer.Ordinal).Intersect(header.Where(column => column != _parameters.Target), StringComparer.Ordinal).Except(_features.Select(static feature => feature.Column.Name), StringComparer.Ordinal);

    private TableColumn Column(string name) => new(name, _parameters.Categorical.Contains(name, StringComparer.Ordinal), _parameters.MaxCategories);

    private int Field(string column, string parameter, string file)
    {
        var field = Array.IndexOf(_header!, column);
        return field >= 0
            ? field
            : throw TrainerException.BadData(
                $"{file}:1: no column '{column}' (parameter '{parameter}'){NearestName.Asked(column, _header!)} the header has {string.Join(", ", _header!)}{OtherSeparator(_header!)}");
    }

    // As spreadsheets write them where the comma is the decimal point.
    private static string OtherSeparator(string[] header) =>
        header is not [var only] ? ""
        : only.Contains(';', StringComparison.Ordinal) ? ": fields are separated by commas, not by ';'"
        : only.Contains('\t', StringComparison.Ordinal) ? ": fields are separated by commas, not by tabs"
        : "";

    private void ReadRow(CsvReader csv, string name)
    {
        if (csv.FieldCount != _header!.Length)
            throw TrainerException.BadData($"{name}:{csv.Line}: {csv.FieldCount} fields, but the header has {_header.Length}");
        var row = _row++;
        foreach (var (field, condition) in _conditions)
        {
            if (!condition.Matches(csv[field].Trim()))
                return;
        }

        if (_parameters.SampleFraction < 1 && RowHash.Fraction(_parameters.Seed, RowHash.Sample, row) >= _parameters.SampleFraction)
            return;
        var place = new CellPlace(name, csv.Line);
        AddTarget(csv[_targetField], place);
        foreach (var (field, column) in _features)
            column.Add(csv[field], place);
        foreach (var (field, column) in _formulaOnly)
            column.Add(csv[field], place);
        foreach (var (field, condition, has) in _slices)
            has.Add(condition.Matches(csv[field].Trim()));
        _rowIndices.Add(row);
    }

    private void AddTarget(ReadOnlySpan<char> cell, CellPlace place)
    {
        if (CellText.IsMissing(cell.Trim()))
            throw TrainerException.BadData($"{place}, column '{_parameters.Target}': the target is missing");
        _target!.Add(cell, place);
        if (_parameters.Objective == Objective.Regression && _target.Type != FeatureType.Numeric)
            throw TrainerException.BadData($"{place}, column '{_parameters.Target}': the target '{cell}' is no number");
        var most = _parameters.Objective == Objective.Binary ? 2 : MostClasses;
        if (_target.Categories.Count > most)
            throw TrainerException.BadData(
                $"{place}, column '{_parameters.Target}': '{cell}' is one class more than the {most} that objective {_parameters.Objective} takes");
    }

    private Table Finish()
    {
        if (_rowIndices.Count == 0)
            throw TrainerException.BadData(_row == 0
                ? "the data has a header but no rows"
                : $"none of the {_row} rows passes rowFilter '{_parameters.RowFilter.Text}' and sampleFraction");
        IReadOnlyList<TableColumn> others = [.. _formulaOnly.Select(static feature => feature.Column)];
        var columns = DerivedColumns.Append([.. _features.Select(static feature => feature.Column)], others, _parameters.Derive, _rowIndices.Count);
        IReadOnlyList<RowSlice> slices = [.. _slices.Select(static slice => new RowSlice(slice.Condition.ToString(), slice.Has))];
        if (_parameters.Objective == Objective.Regression)
            return new Table(columns, _target!.Values, TargetType.Regression, null, _rowIndices) { FormulaOnly = others, Slices = slices };
        if (_target!.Categories.Count < 2)
            throw TrainerException.BadData(
                $"column '{_parameters.Target}': objective {_parameters.Objective} needs two classes, the data has only '{_target.Categories[0]}'");
        // By label, whichever came first.
        string[] classes = [.. _target.Categories.Order(StringComparer.Ordinal)];
        float[] positions = [.. _target.Categories.Select(label => (float)Array.IndexOf(classes, label))];
        return new Table(
            columns,
            [.. _target.Values.Select(code => positions[(int)code])],
            _parameters.Objective == Objective.Binary ? TargetType.Binary : TargetType.Multiclass,
            classes,
            _rowIndices)
        {
            FormulaOnly = others,
            Slices = slices,
        };
    }

    private sealed record ReadColumn(int Field, TableColumn Column);
}
