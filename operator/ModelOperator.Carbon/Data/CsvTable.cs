using System.Reflection;
using System.Text;

namespace ModelOperator.Carbon.Data;

/// <summary>A strict reader of small comma-separated tables: exact header, one field count, quotes as in RFC 4180 without line breaks in fields.</summary>
public static class CsvTable
{
    /// <summary>Rows below the header. Empty lines are skipped.</summary>
    /// <exception cref="FormatException">Names the line and what is wrong with it.</exception>
    public static IReadOnlyList<(int Line, string[] Fields)> Parse(string text, string header)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        if (lines[0] != header)
            throw new FormatException($"line 1: the header must be '{header}'");
        var columns = header.Split(',').Length;
        var rows = new List<(int, string[])>();
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
                continue;
            var fields = SplitLine(lines[i], i + 1);
            if (fields.Count != columns)
                throw new FormatException($"line {i + 1}: expected {columns} fields, found {fields.Count}");
            rows.Add((i + 1, [.. fields]));
        }

        return rows;
    }

    /// <summary>The text of a table built into this assembly.</summary>
    internal static string ReadBuiltIn(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"ModelOperator.Carbon.Data.{name}")
            ?? throw new InvalidOperationException($"the built-in table {name} is missing from the assembly");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static List<string> SplitLine(string line, int number)
    {
        var fields = new List<string>();
        var at = 0;
        while (true)
        {
            fields.Add(at < line.Length && line[at] == '"' ? Quoted(line, number, ref at) : Plain(line, number, ref at));
            if (at == line.Length)
                return fields;
            at++;
        }
    }

    private static string Plain(string line, int number, ref int at)
    {
        var end = line.IndexOf(',', at);
        var field = end < 0 ? line[at..] : line[at..end];
        if (field.Contains('"', StringComparison.Ordinal))
            throw new FormatException($"line {number}: a quote inside an unquoted field");
        at = end < 0 ? line.Length : end;
        return field;
    }

    private static string Quoted(string line, int number, ref int at)
    {
        var field = new StringBuilder();
        for (at++; at < line.Length; at++)
        {
            if (line[at] != '"')
                field.Append(line[at]);
            else if (at + 1 < line.Length && line[at + 1] == '"')
                field.Append(line[at++]);
            else if (at + 1 == line.Length || line[at + 1] == ',')
            {
                at++;
                return field.ToString();
            }
            else
                throw new FormatException($"line {number}: text after a closing quote");
        }

        throw new FormatException($"line {number}: a quoted field does not end");
    }
}
