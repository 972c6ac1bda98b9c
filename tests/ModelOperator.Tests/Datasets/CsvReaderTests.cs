using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Datasets;

namespace ModelOperator.Tests.Datasets;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "a|b;1|2")]
    [InlineData("a,b\r\n1,2", "a|b;1|2")]
    [InlineData("\"a,\"\"x\"\"\",b\n\n\"line\nend\",\n", "a,\"x\"|b;line\nend|")]
    [InlineData("a\n\"\"\n", "a;")]
    [InlineData(",\n", "|")]
    [InlineData("", "")]
    public void Records_are_read_as_RFC_4180_says(string text, string expected) => Assert.Equal(expected, Read(text, ','));

    [Fact]
    public void Lines_are_counted_through_quoted_line_ends()
    {
        var reader = new CsvReader(new StringReader("a\n\"x\ny\"\nz\n"));
        List<long> lines = [];
        while (reader.Read())
            lines.Add(reader.Line);
        Assert.Equal([1, 2, 4], lines);
    }

    [Theory]
    [InlineData("a\n\"x\"y\n", "after the closing quote", 2)]
    [InlineData("a\n\"x", "never closed", 2)]
    public void A_misplaced_quote_is_named_with_its_line(string text, string what, long line)
    {
        var failure = Assert.Throws<DatasetFormatException>(() => Read(text, ','));
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.Equal(line, failure.Line);
    }

    [Fact]
    public void What_is_written_with_quotes_is_read_back()
    {
        var cell = Gen.Elements("", "a", ",", "\"", "\n", "\r\n", " x ", ";", "ü").ListOf().Select(parts => string.Concat(parts.Take(4)));
        var table = cell.ListOf(3).Select(row => row.ToArray()).NonEmptyListOf().Select(rows => rows.ToArray());
        Prop.ForAll(table.ToArbitrary(), rows =>
        {
            var text = string.Join('\n', rows.Select(row => string.Join(';', row.Select(c => $"\"{c.Replace("\"", "\"\"", StringComparison.Ordinal)}\""))));
            var reader = new CsvReader(new StringReader(text), ';');
            foreach (var row in rows)
            {
                Assert.True(reader.Read());
                Assert.Equal(row, Enumerable.Range(0, reader.FieldCount).Select(i => reader[i].ToString()));
            }

            Assert.False(reader.Read());
        }).QuickCheckThrowOnFailure();
    }

    private static string Read(string text, char delimiter)
    {
        var reader = new CsvReader(new StringReader(text), delimiter);
        List<string> rows = [];
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader[i].ToString())));
        return string.Join(';', rows);
    }
}
