using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Trainer.Data;

namespace ModelOperator.Trainer.Tests;

public sealed class CsvReaderTests
{
    public static TheoryData<string, string[][]> Texts => new()
    {
        { "", [] },
        { "a,b\n1,2\n", [["a", "b"], ["1", "2"]] },
        { "a,b\r\n1,2", [["a", "b"], ["1", "2"]] },
        { "a\n\n\nb\n", [["a"], ["b"]] },
        { ",\n", [["", ""]] },
        { "\"\"\n", [[""]] },
        { "\"a,b\",c\n", [["a,b", "c"]] },
        { "\"a\"\"b\"\n", [["a\"b"]] },
        { "\"two\nlines\",x\n", [["two\nlines", "x"]] },
        { "a\"b,c\n", [["a\"b", "c"]] },
        { "lone\rreturn\n", [["lone\rreturn"]] },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Records_are_split_as_the_format_says(string text, string[][] expected) => Assert.Equal(expected, Read(text));

    [Theory]
    [InlineData("a,b\n\"open,1\n", "data.csv:2: the quote that opens field 1 is never closed")]
    [InlineData("a,b\n1,\"x\"y\n", "data.csv:2: text after the closing quote of field 2")]
    public void A_misplaced_quote_is_named_with_its_line(string text, string message)
    {
        var failure = Assert.Throws<TrainerException>(() => Read(text));
        Assert.Equal((ExitCode.Data, message), (failure.ExitCode, failure.Message));
    }

    [Fact]
    public void Line_numbers_count_the_lines_inside_quotes()
    {
        var reader = new CsvReader(new StringReader("a\n\"1\n2\n3\"\n\nlast\n"), "data.csv");
        var lines = new List<long>();
        while (reader.Read())
            lines.Add(reader.Line);
        Assert.Equal([1, 2, 6], lines);
    }

    [Fact]
    public void Whatever_is_quoted_is_read_back()
    {
        var fields = Gen.Elements("", "a", ",", "\"", "\n", "\r\n", "é", "😀", " ").ArrayOf().Select(string.Concat);
        var records = fields.ArrayOf(3).ArrayOf().ToArbitrary();
        Prop.ForAll(records, written =>
        {
            var text = string.Concat(written.Select(record =>
                string.Join(',', record.Select(field => $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + "\n"));
            return Read(text).Select(record => string.Join('|', record)).SequenceEqual(written.Select(record => string.Join('|', record)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Whatever_needs_no_quotes_is_read_as_it_stands()
    {
        var fields = Gen.Elements("a", "12.5", "\r", "x\"", "é", "😀", " ", "-").ArrayOf().Select(string.Concat).Where(static field => !field.StartsWith('"') && !field.EndsWith('\r'));
        Prop.ForAll(fields.ArrayOf(3).ArrayOf().ToArbitrary(), written =>
            Read(string.Concat(written.Select(record => string.Join(',', record) + "\n"))).Select(record => string.Join('|', record)).SequenceEqual(written.Select(record => string.Join('|', record))))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_field_may_cross_the_reader_s_buffer()
    {
        var field = new string('x', 70_000);
        Assert.Equal([[field, "y"], ["1", "2"]], Read($"{field},y\n1,2\n"));
    }

    private static string[][] Read(string text)
    {
        var reader = new CsvReader(new StringReader(text), "data.csv");
        var records = new List<string[]>();
        while (reader.Read())
            records.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader[i].ToString())]);
        return [.. records];
    }
}
