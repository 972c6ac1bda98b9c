using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace ModelOperator.Datasets;

/// <summary>
/// Reads a dataset once, as a stream: checks its rules and gathers its profile. Memory depends on the columns, never on the rows. Files ending in
/// gzip's magic number are unpacked on the way.
/// </summary>
public sealed class DatasetInspector
{
    /// <summary>Columns whose profile is kept; the rules of all are checked.</summary>
    public const int MostProfiled = 500;

    private const int MostColumns = 20_000;

    private readonly DatasetValidation? rules;
    private readonly bool profiled;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> missing;
    private readonly DatasetViolations violations = new();
    private readonly List<ColumnState> columns = [];
    private string? headerFile;
    private long rows;

    private DatasetInspector(DatasetValidation? rules, bool profiled)
    {
        this.rules = rules;
        this.profiled = profiled;
        missing = CellReader.Missing(rules);
    }

    /// <summary>Reads the files in order as one table; each has the same header.</summary>
    /// <param name="files">Files.</param>
    /// <param name="rules">Rules; null checks only that it can be read.</param>
    /// <param name="profiled">Whether a profile is made.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static DatasetInspection Inspect(IReadOnlyList<DatasetFile> files, DatasetValidation? rules, bool profiled, CancellationToken cancellationToken)
    {
        var inspector = new DatasetInspector(rules, profiled);
        if (files.Count == 0)
            inspector.violations.Add(new DatasetViolation("Format", "there is no CSV file (*.csv or *.csv.gz)"));
        foreach (var file in files)
        {
            if (!inspector.violations.IsFull)
                inspector.Read(file, cancellationToken);
        }

        inspector.CheckWhole();
        return new DatasetInspection(inspector.rows, inspector.columns, inspector.violations);
    }

    private void Read(DatasetFile file, CancellationToken cancellationToken)
    {
        try
        {
            using var text = Open(file.Path);
            var reader = new CsvReader(text, rules is { Delimiter: [var delimiter, ..] } ? delimiter : ',');
            if (!reader.Read())
            {
                violations.Add(new DatasetViolation("Header", "the file is empty: there is no header", Place: file.Name));
                return;
            }

            if (!TakeHeader(reader, file))
                return;
            while (!violations.IsFull && reader.Read())
            {
                TakeRow(reader, file);
                if (rows % 10_000 == 0)
                    cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (DatasetFormatException malformed)
        {
            violations.Add(new DatasetViolation(malformed.Rule, malformed.Message, Place: Place(file, malformed.Line)));
        }
        catch (DecoderFallbackException)
        {
            violations.Add(new DatasetViolation("Encoding", "the text is not UTF-8", Row: rows + 1, Place: file.Name));
        }
        catch (InvalidDataException broken)
        {
            violations.Add(new DatasetViolation("Compression", $"the gzip stream is broken: {broken.Message}", Place: file.Name));
        }
    }

    private bool TakeHeader(CsvReader reader, DatasetFile file)
    {
        var names = Enumerable.Range(0, reader.FieldCount).Select(field => reader[field].ToString()).ToList();
        if (names.Count > MostColumns)
        {
            violations.Add(new DatasetViolation("Header", $"{names.Count} columns, at most {MostColumns} are read; is the delimiter right?", Place: file.Name));
            return false;
        }

        if (headerFile is null)
        {
            headerFile = file.Name;
            SetColumns(names);
            return true;
        }

        if (names.SequenceEqual(columns.Select(static column => column.Name), StringComparer.Ordinal))
            return true;
        violations.Add(new DatasetViolation("Header", $"the header is another than that of {headerFile}", Place: file.Name));
        return false;
    }

    private void SetColumns(List<string> names)
    {
        var listed = (rules?.Columns ?? []).GroupBy(static column => column.Name, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.First(), StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var own = listed.GetValueOrDefault(name);
            if (!seen.Add(name))
                violations.Add(new DatasetViolation("Header", "the header names the column twice", name));
            if (own is null && rules is { AllowOtherColumns: false })
                violations.Add(new DatasetViolation("UnexpectedColumn", "the column is not listed, and allowOtherColumns is false", CellReader.Shown(name)));
            columns.Add(new ColumnState(name, own, profiled && columns.Count < MostProfiled));
        }

        foreach (var absent in listed.Values.Where(column => column.Required && !seen.Contains(column.Name)))
            violations.Add(new DatasetViolation("MissingColumn", "the column is not there", absent.Name));
    }

    private void TakeRow(CsvReader reader, DatasetFile file)
    {
        rows++;
        if (reader.FieldCount != columns.Count)
        {
            violations.Add(new DatasetViolation("FieldCount", $"{Text(reader.FieldCount)} fields, the header has {Text(columns.Count)}", Row: rows, Place: Place(file, reader.Line)));
            return;
        }

        for (var field = 0; field < columns.Count; field++)
        {
            var cell = reader[field];
            if (cell.IsEmpty || missing.Contains(cell))
                columns[field].AddMissing();
            else if (columns[field].Add(cell) is { } broken)
                violations.Add(new DatasetViolation(broken.Rule, broken.Message, columns[field].Name, rows, Place(file, reader.Line)));
        }
    }

    private void CheckWhole()
    {
        if (rules?.MinimumRows is { } least && rows < least && !violations.IsFull)
            violations.Add(new DatasetViolation("MinimumRows", $"{Text(rows)} rows, at least {Text(least)} are needed"));
        if (rules?.MaximumRows is { } most && rows > most)
            violations.Add(new DatasetViolation("MaximumRows", $"{Text(rows)} rows, at most {Text(most)} are allowed"));
        foreach (var column in columns)
        {
            if (column.Rules?.MaximumMissingFraction is { } share && rows > 0 && column.Missing > share * rows)
            {
                violations.Add(new DatasetViolation(
                    "MaximumMissingFraction",
                    FormattableString.Invariant($"{column.Missing} of {rows} values are missing, at most the share {share:R} may be"),
                    column.Name));
            }
        }
    }

    private static StreamReader Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        Span<byte> magic = stackalloc byte[2];
        var read = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        file.Position = 0;
        Stream bytes = read == 2 && magic[0] == 0x1F && magic[1] == 0x8B ? new GZipStream(file, CompressionMode.Decompress) : file;
        return new StreamReader(bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, 1 << 16);
    }

    private static string Place(DatasetFile file, long line) => $"{file.Name} line {Text(line)}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
