using System.IO.Compression;
using System.Text;
using ModelOperator.Datasets;
using ModelOperator.Tests.Artifacts;

namespace ModelOperator.Tests.Datasets;

public sealed class DatasetInspectorTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string, string> Broken => new()
    {
        { "carat,cut\n0.2,Ideal\nx,Good\n", "Type", "column 'carat', row 2 (t.csv line 3): 'x' is no Number" },
        { "carat,cut\n0.2,Ideal\n9,Good\n", "Maximum", "column 'carat', row 2 (t.csv line 3): '9' is greater than 5" },
        { "carat,cut\n-1,Ideal\n", "Minimum", "column 'carat', row 1 (t.csv line 2): '-1' is less than 0" },
        { "carat,cut\nNaN,Ideal\nNA,Good\n1,Good\n", "MaximumMissingFraction", "column 'carat': 2 of 3 values are missing, at most the share 0.5 may be" },
        { "carat,cut\n1,Awful\n", "AllowedValues", "column 'cut', row 1 (t.csv line 2): 'Awful' is not one of the 2 allowed values" },
        { "cut\nGood\n", "MissingColumn", "column 'carat': the column is not there" },
        { "carat,cut,secret\n1,Good,3\n", "UnexpectedColumn", "column 'secret': the column is not listed" },
        { "carat,cut\n1,Good,2\n", "FieldCount", "row 1 (t.csv line 2): 3 fields, the header has 2" },
        { "carat,carat,cut\n1,1,Good\n", "Header", "column 'carat': the header names the column twice" },
        { "carat,cut\n", "MinimumRows", "0 rows, at least 1 are needed" },
        { "carat,cut\n1,Good\n1,Good\n1,Good\n1,Good\n", "MaximumRows", "4 rows, at most 3 are allowed" },
        { "", "Header", "(t.csv): the file is empty" },
        { "carat,cut\n\"1,Good\n", "Quoting", "(t.csv line 2): the quote that opens field 1 is never closed" },
        { "carat,cut,n\n1,Good,1.5\n", "Type", "column 'n', row 1 (t.csv line 2): '1.5' is no Integer" },
        { "carat,cut,flag\n1,Good,maybe\n", "Type", "column 'flag', row 1 (t.csv line 2): 'maybe' is no Boolean" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_rule_is_named_with_column_row_and_place(string text, string rule, string message)
    {
        var violations = Inspect(Rules(), text).Violations;
        Assert.Contains(violations.First, v => v.Rule == rule && v.ToString().Contains(message, StringComparison.Ordinal));
        Assert.StartsWith("dataset 'train': ", violations.Describe("train"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_that_keeps_its_rules_has_no_violation_and_a_profile_of_every_column()
    {
        var inspection = Inspect(Rules(), "carat,cut,n,flag\n1.5,Good,1,yes\n,\"Good\",2,no\n2.5,Ideal,3,TRUE\n");
        Assert.Equal(0, inspection.Violations.Count);
        var profile = DatasetProfiles.Of("sha256:" + new string('a', 64), inspection);
        Assert.Equal(3, profile.Rows);
        Assert.Equal(
            ["carat Number 2 1", "cut Category 3 0", "n Integer 3 0", "flag Boolean 3 0"],
            profile.Columns.Select(c => FormattableString.Invariant($"{c.Name} {c.Type} {c.Count} {c.Missing}")));
        var carat = profile.Columns[0].Numeric!;
        Assert.Equal((2.0, 0.5, 1.5, 2.5), (carat.Mean, carat.StandardDeviation, carat.Minimum, carat.Maximum));
        Assert.Equal(2.0, carat.Quantiles.Single(q => q[0] == 0.5)[1]);
        Assert.Equal([("Good", 2L), ("Ideal", 1L)], profile.Columns[1].Categories!.Top.Select(t => (t.Value, t.Count)));
        Assert.Equal([("true", 2L), ("false", 1L)], profile.Columns[3].Categories!.Top.Select(t => (t.Value, t.Count)));
    }

    [Fact]
    public void Types_of_columns_that_are_not_listed_are_found_out_and_free_text_is_never_shown()
    {
        var text = "i,n,c,name\n" + string.Concat(Enumerable.Range(0, 100).Select(i => FormattableString.Invariant($"{i},{i}.5,{(i % 3 == 0 ? "x" : "y")},Person {i}\n")));
        var profile = DatasetProfiles.Of("sha256:" + new string('a', 64), Inspect(null, text));
        Assert.Equal([DatasetColumnType.Integer, DatasetColumnType.Number, DatasetColumnType.Category, DatasetColumnType.Text], profile.Columns.Select(c => c.Type));
        Assert.Null(profile.Columns[3].Categories);
        Assert.Equal(9, profile.Columns[3].Lengths!.Maximum);
        Assert.DoesNotContain("Person", Encoding.UTF8.GetString(DatasetProfiles.Bytes(profile)), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_rows_give_a_sketch_the_same_bytes_each_time_and_a_document_that_reads_back()
    {
        var text = "v\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => FormattableString.Invariant($"{(i * 7919) % 20_000}\n")));
        var digest = "sha256:" + new string('b', 64);
        var first = DatasetProfiles.Bytes(DatasetProfiles.Of(digest, Inspect(null, text)));
        Assert.Equal(first, DatasetProfiles.Bytes(DatasetProfiles.Of(digest, Inspect(null, text))));
        var read = DatasetProfiles.TryRead(first)!;
        Assert.False(read.Columns[0].Numeric!.Exact);
        Assert.InRange(read.Columns[0].Numeric!.Quantiles.Single(q => q[0] == 0.5)[1], 9_800, 10_200);
        Assert.Equal(20_000, read.Columns[0].Numeric!.Centroids!.Sum(c => c[1]));
        Assert.True(first.Length < 16_000, $"{first.Length} bytes");
        Assert.Null(DatasetProfiles.TryRead("{\"schema\":\"other\",\"digest\":\"x\",\"rows\":1,\"columns\":[]}"u8));
    }

    [Fact]
    public void Files_in_order_are_one_table_and_another_header_is_a_violation()
    {
        var one = File("a.csv", "v,w\n1,2\n"u8.ToArray());
        var two = File("b.csv.gz", Gzip("v,w\n3,4\n5,6\n"));
        Assert.Equal(3, DatasetInspector.Inspect([one, two], null, true, CancellationToken.None).Rows);
        var other = File("c.csv", "w,v\n1,2\n"u8.ToArray());
        Assert.Contains("another than that of a.csv", DatasetInspector.Inspect([one, other], null, true, CancellationToken.None).Violations.First[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("Format", DatasetInspector.Inspect([], null, true, CancellationToken.None).Violations.First[0].Rule);
    }

    [Fact]
    public void Text_that_is_not_UTF_8_and_a_broken_gzip_stream_are_violations()
    {
        Assert.Equal("Encoding", DatasetInspector.Inspect([File("l.csv", [(byte)'a', (byte)'\n', 0xFF, 0xFE, (byte)'\n'])], null, true, CancellationToken.None).Violations.First[0].Rule);
        var cut = Gzip("v\n" + new string('1', 100_000));
        cut[cut.Length / 2] ^= 0xFF;
        Assert.Equal("Compression", DatasetInspector.Inspect([File("g.csv.gz", cut)], null, true, CancellationToken.None).Violations.First[0].Rule);
    }

    [Fact]
    public void A_dataset_that_is_all_wrong_is_not_read_to_its_end_and_its_message_is_short()
    {
        var text = "carat,cut\n" + string.Concat(Enumerable.Repeat("x,Good\n", 50_000));
        var inspection = Inspect(Rules() with { MaximumRows = null }, text);
        Assert.Equal(DatasetViolations.Most, inspection.Rows);
        var message = inspection.Violations.Describe("train");
        Assert.Contains("1000 violations in all, and the rest was not read (Type 1000)", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 100, 2000);
    }

    [Fact]
    public void Own_missing_values_and_delimiters_count()
    {
        var rules = new DatasetValidation { Delimiter = ";", MissingValues = ["-"], Columns = [new DatasetColumn { Name = "v", Type = DatasetColumnType.Number }] };
        var inspection = Inspect(rules, "v;w\n-;NA\n1;x\n");
        Assert.Equal(0, inspection.Violations.Count);
        Assert.Equal((1, 0), (inspection.Columns[0].Missing, inspection.Columns[1].Missing));
    }

    private static DatasetValidation Rules() => new()
    {
        AllowOtherColumns = false,
        MinimumRows = 1,
        MaximumRows = 3,
        Columns =
        [
            new DatasetColumn { Name = "carat", Type = DatasetColumnType.Number, Minimum = 0, Maximum = 5, MaximumMissingFraction = 0.5 },
            new DatasetColumn { Name = "cut", Type = DatasetColumnType.Category, AllowedValues = ["Good", "Ideal"] },
            new DatasetColumn { Name = "n", Type = DatasetColumnType.Integer, Required = false },
            new DatasetColumn { Name = "flag", Type = DatasetColumnType.Boolean, Required = false },
        ],
    };

    private DatasetInspection Inspect(DatasetValidation? rules, string text) =>
        DatasetInspector.Inspect([File("t.csv", Encoding.UTF8.GetBytes(text))], rules, true, CancellationToken.None);

    private DatasetFile File(string name, byte[] bytes) => new(folder.Write(name, bytes), name);

    private static byte[] Gzip(string text)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return memory.ToArray();
    }
}
