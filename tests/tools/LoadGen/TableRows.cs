using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ModelOperator.LoadGen;

/// <summary>The table's rows as request bodies with their truth, in an order that mixes the whole file.</summary>
internal sealed class TableRows(IReadOnlyList<(byte[] Body, double Truth)> rows)
{
    // Odd and near the golden ratio of the table's usual size: walks through all rows without neighbours following each other.
    private const int Stride = 33_331;

    internal (byte[] Body, double Truth) this[long index] => rows[(int)(index * Stride % rows.Count)];

    internal static TableRows Read(string file, string target)
    {
        using var reader = new StreamReader(file);
        var columns = (reader.ReadLine() ?? throw new InvalidDataException($"{file} is empty")).Split(',');
        var truth = Array.IndexOf(columns, target);
        if (truth < 0)
            throw new InvalidDataException($"{file} has no column '{target}'");
        var rows = new List<(byte[], double)>();
        for (var line = 2; reader.ReadLine() is { } text; line++)
        {
            var cells = text.Split(',');
            if (cells.Length != columns.Length || text.Contains('"', StringComparison.Ordinal))
                throw new InvalidDataException($"{file}:{line}: expected {columns.Length} fields without quotes");
            rows.Add((Body(columns, cells, truth), double.Parse(cells[truth], CultureInfo.InvariantCulture)));
        }

        return new TableRows(rows);
    }

    private static byte[] Body(string[] columns, string[] cells, int truth)
    {
        var text = new StringBuilder("{\"features\":{");
        for (var i = 0; i < columns.Length; i++)
        {
            if (i == truth)
                continue;
            if (text[^1] != '{')
                text.Append(',');
            var isNumber = double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out _);
            text.Append('"').Append(JsonEncodedText.Encode(columns[i])).Append("\":");
            text.Append(isNumber ? cells[i] : $"\"{JsonEncodedText.Encode(cells[i])}\"");
        }

        return Encoding.UTF8.GetBytes(text.Append("}}").ToString());
    }
}
