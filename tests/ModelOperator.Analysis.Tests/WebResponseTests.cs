using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace ModelOperator.Analysis.Tests;

/// <summary>Numbers in JSON, and the paths that lead to them.</summary>
public sealed class WebResponseTests
{
    private const string Body = """{"a":{"b":[1,2.5,"3",true,false,null],"c d":{"x":7}},"n":null,"s":"many","big":1e999,"deep":[[1]],"inf":"+Inf"}""";

    private static Sample Read(string path, string body = Body)
    {
        Assert.True(JsonPath.TryParse(path, out var read, out var error), error);
        return WebResponse.Parse(Encoding.UTF8.GetBytes(body), read);
    }

    [Theory]
    [InlineData("$.a.b", SampleKind.SeveralSeries, "1 2.5 3 1 0")]
    [InlineData("$.a.b[*]", SampleKind.SeveralSeries, "1 2.5 3 1 0")]
    [InlineData("$.a.b[0]", SampleKind.Number, "1")]
    [InlineData("$.a.b[-3]", SampleKind.Number, "1")]
    [InlineData("$['a'][\"b\"][2]", SampleKind.Number, "3")]
    [InlineData("$.a['c d'].*", SampleKind.Number, "7")]
    [InlineData("$.a.b[5]", SampleKind.Empty, "")]
    [InlineData("$.a.b[6]", SampleKind.Empty, "")]
    [InlineData("$.a.b[-7]", SampleKind.Empty, "")]
    [InlineData("$.a.b.x", SampleKind.Empty, "")]
    [InlineData("$.a[0]", SampleKind.Empty, "")]
    [InlineData("$.n", SampleKind.Empty, "")]
    [InlineData("$.missing.deeper", SampleKind.Empty, "")]
    [InlineData("$.s", SampleKind.Unparsable, "")]
    [InlineData("$.a", SampleKind.Unparsable, "")]
    [InlineData("$", SampleKind.Unparsable, "")]
    [InlineData("$.deep", SampleKind.Unparsable, "")]
    [InlineData("$.deep[*]", SampleKind.Number, "1")]
    [InlineData("$.big", SampleKind.PositiveInfinity, "∞")]
    [InlineData("$.inf", SampleKind.PositiveInfinity, "∞")]
    public void A_path_leads_to_numbers_to_nothing_or_to_an_error(string path, SampleKind kind, string values)
    {
        var sample = Read(path);
        Assert.Equal((kind, values), (sample.Kind, string.Join(' ', sample.Values.Select(v => double.IsPositiveInfinity(v) ? "∞" : v.ToString(System.Globalization.CultureInfo.InvariantCulture)))));
    }

    [Theory]
    [InlineData("", "column 1: a path begins with $")]
    [InlineData("a.b", "column 1: a path begins with $")]
    [InlineData("$a", "column 2: expected . or [")]
    [InlineData("$.", "column 3: a name or * follows the dot")]
    [InlineData("$..a", "column 3: descendants (..) are not read")]
    [InlineData("$.a b", "column 4: expected . or [")]
    [InlineData("$[", "column 2: [ is not closed")]
    [InlineData("$['a]", "column 2: [ is not closed")]
    [InlineData("$[1:2]", "column 3: expected a number, * or a name in quotes")]
    [InlineData("$[?(@.a>1)]", "column 3: expected a number, * or a name in quotes")]
    [InlineData("$['a\\'b']", "column 3: expected a number, * or a name in quotes")]
    [InlineData("$[99999999999]", "column 3: expected a number")]
    public void A_path_that_cannot_be_read_names_its_column(string path, string words)
    {
        Assert.False(JsonPath.TryParse(path, out _, out var error));
        Assert.StartsWith(words, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_hold()
    {
        Assert.False(JsonPath.TryParse("$" + new string('.', JsonPath.MaxLength), out _, out var error));
        Assert.Contains("longer than 512 characters", error, StringComparison.Ordinal);
        Assert.False(JsonPath.TryParse("$" + string.Concat(Enumerable.Repeat(".a", JsonPath.MaxSegments + 1)), out _, out error));
        Assert.Contains("more than 32 segments", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_written_is_read_or_refused_and_nothing_throws() => Prop.ForAll(
        ArbMap.Default.ArbFor<string>().Generator.Zip(ArbMap.Default.ArbFor<string>().Generator).ToArbitrary(),
        texts => !JsonPath.TryParse("$" + (texts.Item1 ?? ""), out var path, out var error) ? error.Length > 0 : WebResponse.Parse(Encoding.UTF8.GetBytes(texts.Item2 ?? ""), path) is not null)
        .QuickCheckThrowOnFailure();
}
