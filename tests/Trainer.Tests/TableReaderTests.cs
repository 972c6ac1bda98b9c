using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Data;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Tests;

public sealed class TableReaderTests
{
    [Theory]
    [InlineData("", "d.csv: the file is empty, expected a header line")]
    [InlineData("a,y\n", "the data has a header but no rows")]
    [InlineData("a,b\n1,2\n", "d.csv:1: no column 'y' (parameter 'target'); the header has a, b")]
    [InlineData("a,y\n1,2\n1,2,3\n", "d.csv:3: 3 fields, but the header has 2")]
    [InlineData("a,y\n1,2\n1,x\n", "d.csv:3, column 'y': 'x' is no number")]
    [InlineData("a,y\nred,low\n", "d.csv:2, column 'y': the target 'low' is no number")]
    [InlineData("a,y\n1,\n", "d.csv:2, column 'y': the target is missing")]
    [InlineData("a,y\n1,2\nred,2\n", "d.csv:3, column 'a': 'red' is no number, but the column's first value ('1' at d.csv:2) is")]
    [InlineData("a,y\nred,2\n1,2\n", "d.csv:3, column 'a': '1' is a number, but the column's first value ('red' at d.csv:2) is none")]
    [InlineData("a,y\n1e40,2\n", "d.csv:2, column 'a': '1e40' is not a finite 32-bit number")]
    [InlineData("a,a,y\n1,1,2\n", "d.csv:1: two columns are called 'a'")]
    [InlineData("y\n1\n", "d.csv:1: no column is left to learn from")]
    [InlineData(",a,y\n0,1,2\n", "d.csv:1: column 1 has no name (a data frame's row numbers?)")]
    public void Bad_data_is_named_with_file_line_and_column(string text, string message)
    {
        var failure = Assert.Throws<TrainerException>(() => Read(text));
        Assert.Equal(ExitCode.Data, failure.ExitCode);
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_encoding_is_named_with_what_to_do()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("d.csv", "");
        File.WriteAllBytes(file, [.. "a,y\ncaf"u8, 0xE9, .. ",2\n"u8]);
        var failure = Assert.Throws<TrainerException>(() => TableReader.Read(Parameters(), [file], CancellationToken.None));
        Assert.Equal((ExitCode.Data, "d.csv: not UTF-8: byte 0xE9 behind line 0, perhaps far; save the file as UTF-8"), (failure.ExitCode, failure.Message));
    }

    [Fact]
    public void A_column_without_a_name_may_be_left_aside() =>
        Assert.Equal(["a"], Read(",a,y\n0,1,2\n", ("features", "a")).Features.Select(static column => column.Name));

    [Fact]
    public void Too_many_categories_look_like_an_identifier() => Assert.Contains(
        "column 'a': more than 2 categories",
        Assert.Throws<TrainerException>(() => Read("a,y\np,1\nq,1\nr,1\n", ("maxCategories", "2"))).Message,
        StringComparison.Ordinal);

    // NaN is what pandas and NumPy write where there is nothing; as a number it would be smaller than any other.
    [Theory]
    [InlineData("n<2", 1)]
    [InlineData("n<=2", 1)]
    [InlineData("n>=-1", 2)]
    [InlineData("n=1", 1)]
    [InlineData("n!=1", 6)]
    [InlineData("c!=x", 3)]
    [InlineData("c=NA", 3)]
    [InlineData("c!=NA", 4)]
    [InlineData("n=NaN", 5)]
    [InlineData("n!=null", 2)]
    public void A_missing_cell_is_unequal_to_every_value_neither_less_nor_more_and_NA_asks_for_it(string filter, int rows)
    {
        var data = "n,c,y\n1,x,1\n5,x,1\nNaN,x,1\n,x,1\nNA,NA,1\nnull,null,1\nnan,,1\n";
        var all = Read(data, ("slices", filter));
        Assert.Equal((7, rows), (all.Rows, all.Slices[0].Has.Count(static has => has)));
        if (rows > 0)
            Assert.Equal(rows, Read(data, ("rowFilter", filter)).Rows);
    }

    [Theory]
    [InlineData("a;b;y\n1;2;3\n", "d.csv:1: no column 'y' (parameter 'target'); the header has a;b;y: fields are separated by commas, not by ';'")]
    [InlineData("a\ty\n1\t2\n", "d.csv:1: no column 'y' (parameter 'target'); the header has a\ty: fields are separated by commas, not by tabs")]
    [InlineData("a;b\n1;2\n", "d.csv:1: no column 'y' (parameter 'target'); the header has a;b: fields are separated by commas, not by ';'")]
    public void Another_separator_is_named(string text, string message) => Assert.Equal(message, Assert.Throws<TrainerException>(() => Read(text)).Message);

    [Fact]
    public void Types_follow_the_first_value_and_missing_cells_are_NaN()
    {
        var table = Read("n,c,y\n,,1\n1.5,red,2\nNA,blue,3\n2,red,4\n");
        Assert.Equal([FeatureType.Numeric, FeatureType.Categorical], table.Features.Select(column => column.Type));
        Assert.Equal([float.NaN, 1.5f, float.NaN, 2f], table.Features[0].Values);
        Assert.Equal([float.NaN, 0f, 1f, 0f], table.Features[1].Values);
        Assert.Equal(["red", "blue"], table.Features[1].Categories);
    }

    [Fact]
    public void A_declared_category_may_look_like_a_number()
    {
        var column = Read("zip,y\n1000,1\n2000,2\n", ("categorical", "zip")).Features[0];
        Assert.Equal(FeatureType.Categorical, column.Type);
        Assert.Equal(["1000", "2000"], column.Categories);
    }

    [Fact]
    public void Features_keep_the_asked_order_and_dropped_columns_go() =>
        Assert.Equal(["c", "a"], Read("a,b,c,y\n1,2,3,4\n", ("features", "c,b,a"), ("dropColumns", "b")).Features.Select(column => column.Name));

    [Theory]
    [InlineData("c=red", "0,2")]
    [InlineData("c!=red", "1,3")]
    [InlineData("n<3", "0,1")]
    [InlineData("n<=3; c=red", "0,2")]
    [InlineData("n>=3.0", "2,3")]
    [InlineData("n=3.0", "2")]
    public void A_row_filter_keeps_the_rows_that_pass_all_conditions(string filter, string kept)
    {
        var table = Read("n,c,y\n1,red,1\n2,blue,1\n3,red,1\n4,green,1\n", ("rowFilter", filter));
        Assert.Equal(kept, string.Join(',', table.RowIndices));
    }

    [Fact]
    public void A_filter_that_keeps_nothing_is_an_error() => Assert.Contains(
        "none of the 1 rows passes rowFilter 'n>9'",
        Assert.Throws<TrainerException>(() => Read("n,y\n1,1\n", ("rowFilter", "n>9"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Binary_targets_are_coded_by_the_order_of_their_labels()
    {
        var table = Read("a,y\n1,yes\n2,no\n3,yes\n", ("objective", "Binary"));
        Assert.Equal(["no", "yes"], table.Classes!);
        Assert.Equal([1f, 0f, 1f], table.Target);
    }

    [Theory]
    [InlineData("a,y\n1,yes\n", "objective Binary needs two classes")]
    [InlineData("a,y\n1,p\n1,q\n1,r\n", "d.csv:4, column 'y': 'r' is one class more than the 2 that objective Binary takes")]
    public void Binary_targets_need_exactly_two_classes(string text, string message) => Assert.Contains(
        message, Assert.Throws<TrainerException>(() => Read(text, ("objective", "Binary"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Several_classes_are_coded_by_the_order_of_their_labels()
    {
        var table = Read("a,y\n1,q\n2,p\n3,r\n4,q\n", ("objective", "Multiclass"));
        Assert.Equal(["p", "q", "r"], table.Classes!);
        Assert.Equal([1f, 0f, 2f, 1f], table.Target);
        Assert.Equal(3, table.Outputs);
    }

    [Fact]
    public void A_target_of_too_many_classes_is_refused() => Assert.Contains(
        "'100' is one class more than the 100 that objective Multiclass takes",
        Assert.Throws<TrainerException>(() => Read("a,y\n" + string.Concat(Enumerable.Range(0, 101).Select(i => $"1,{i}\n")), ("objective", "Multiclass"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Files_with_other_headers_are_refused()
    {
        using var folder = new TemporaryFolder();
        string[] files = [folder.Write("1.csv", "a,y\n1,2\n"), folder.Write("2.csv", "y,a\n1,2\n")];
        var failure = Assert.Throws<TrainerException>(() => TableReader.Read(Parameters(), files, CancellationToken.None));
        Assert.Equal("2.csv:1: the header is 'y,a', but the first file's is 'a,y'", failure.Message);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("1.csv", "");
        File.WriteAllBytes(file, [(byte)'a', (byte)',', (byte)'y', 10, 0xFF, 0xFE, (byte)',', (byte)'1', 10]);
        Assert.Equal(ExitCode.Data, Assert.Throws<TrainerException>(() => TableReader.Read(Parameters(), [file], CancellationToken.None)).ExitCode);
    }

    [Fact]
    public void The_dataset_is_the_directory_itself_or_train_or_the_only_one()
    {
        using var folder = new TemporaryFolder();
        var only = folder.Write("one/data.csv", "");
        Assert.Equal([only], DatasetLocator.Find(folder.Path).Files);
        Assert.Equal([only], DatasetLocator.Find(Path.Combine(folder.Path, "one")).Files);
        folder.Write("two/other.csv", "");
        Assert.Contains("one, two", Assert.Throws<TrainerException>(() => DatasetLocator.Find(folder.Path)).Message, StringComparison.Ordinal);
        var named = folder.Write("train/blob", "");
        Assert.Equal([named], DatasetLocator.Find(folder.Path).Files);
    }

    private static Table Read(string text, params (string, string)[] parameters) => TableReader.Read(Parameters(parameters), new StringReader(text), "d.csv");

    private static TrainingParameters Parameters(params (string Name, string Value)[] values) =>
        TrainingParameters.Parse(values.Append(("target", "y")).ToDictionary(pair => pair.Item1, pair => pair.Item2));
}
