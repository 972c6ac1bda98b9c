using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Http;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Tests;

/// <summary>What is read fast is what Utf8JsonReader reads, or is left to it.</summary>
public sealed class RequestScanTests
{
    private static readonly string[] Fragments =
    [
        "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u0000", "null", "true", "-", "+", ".", "0", "1e400", "1E-400", "-0", "0.1", "01", "1.", ".5", "1e5", "1e", "99999999999999999999", "0.30000000000000004",
        "\"features\"", "\"instances\"", "\"size\"", "\"grade\"", "\"age\"", "\"good\"", "\"bad\"", "\"grün\"", " ", "\n", "\t", "é", "\uFEFF", "NaN", "{\"size\":1,\"grade\":\"good\"}", "\"size\":2",
    ];

    private static readonly string[] Good =
    [
        """{"features": {"size": 1.5, "grade": "good", "age": 3}}""",
        """{"instances":[{"grade":"grün","size":-12.25,"age":null},{"size":1.5,"age":0.1,"grade":"poor"}]}""",
        """ { "instances" : [ { "size" : 1e-3 , "grade" : "good" } ] } """,
    ];

    private static readonly RowReader Rows = Reader(
        new() { Name = "size", Profile = null! },
        new() { Name = "grade", Type = FeatureType.Categorical, Categories = ["poor", "good", "grün"], Profile = null! },
        new() { Name = "age", AllowMissing = true, Profile = null! });

    [Theory]
    [InlineData(0, true, new[] { 1.5f, 1, 3 })]
    [InlineData(1, false, new[] { -12.25f, 2, float.NaN, 1.5f, 0, 0.1f })]
    [InlineData(2, false, new[] { 1e-3f, 1, float.NaN })]
    public void What_clients_send_is_read_at_once(int which, bool single, float[] values)
    {
        using var rows = new RowBuffer(3, 1);
        Assert.Equal(single, Rows.Scan(Encoding.UTF8.GetBytes(Good[which]), rows));
        Assert.Equal(values, rows.Values.ToArray());
    }

    [Theory]
    [InlineData("""{"features": {"size": 1.5, "grade": "go\u006fd"}}""")]
    [InlineData("""{"features": {"size": 1.5, "grade": "new"}}""")]
    [InlineData("""{"features": {"size": null, "grade": "good"}}""")]
    [InlineData("""{"features": {"size": -null, "grade": "good"}}""")]
    [InlineData("""{"features": {"grade": "good", "age": 1}}""")]
    [InlineData("""{"features": {"size": 1, "grade": "good", "size": 1}}""")]
    [InlineData("""{"features": {"size": 1e39, "grade": "good"}}""")]
    [InlineData("""{"instances": []}""")]
    [InlineData("""{"instances": [{"size": 1, "grade": "good"},]}""")]
    [InlineData("""{"instances": [{"size": 1, "grade": "good"}]}}""")]
    [InlineData("""{"features": {"size": 1, "grade": "good"}, "instances": []}""")]
    [InlineData("")]
    public void What_is_unusual_or_wrong_is_left_with_no_rows(string body)
    {
        using var rows = new RowBuffer(3, 1);
        Assert.Null(Rows.Scan(Encoding.UTF8.GetBytes(body), rows));
        Assert.Equal(0, rows.Count);
    }

    [Fact]
    public void A_name_or_category_that_JSON_writes_otherwise_leaves_all_to_the_reader()
    {
        foreach (var name in new[] { "a\"b", "a\\b", "a\nb" })
        {
            var reader = Reader(new FeatureDocument { Name = name, Profile = null! });
            using var rows = new RowBuffer(1, 1);
            Assert.Null(reader.Scan(Encoding.UTF8.GetBytes($"{{\"features\": {{\"{name}\": 1}}}}"), rows));
        }
    }

    [Fact]
    public void Changed_requests_are_read_as_the_reader_does_or_left_to_it()
    {
        var read = 0;
        var changed =
            from text in Gen.Elements(Good)
            from at in Gen.Choose(0, text.Length)
            from length in Gen.Choose(0, Math.Min(6, text.Length - at))
            from put in Gen.Elements(Fragments)
            select string.Concat(text.AsSpan(0, at), put, text.AsSpan(at + length));
        Prop.ForAll(changed.ToArbitrary(), body => Same(Encoding.UTF8.GetBytes(body), ref read)).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
        Assert.InRange(read, 200, 20_000);
    }

    [Fact]
    public void Numbers_are_read_to_the_last_bit()
    {
        var read = 0;
        var digits = Gen.Choose(0, 9).ArrayOf(24).Select(static all => string.Concat(all));
        var numbers =
            from text in digits
            from whole in Gen.Choose(1, 12)
            from decimals in Gen.Choose(0, 12)
            from sign in Gen.Elements("", "-")
            from power in Gen.Elements("", "", "", "e3", "E-7", "e+20")
            select sign + (text[..whole].TrimStart('0') is { Length: > 0 } front ? front : "0") + (decimals > 0 ? "." + text[12..(12 + decimals)] : "") + power;
        Prop.ForAll(numbers.ToArbitrary(), number => Same(Encoding.UTF8.GetBytes("{\"features\":{\"size\":" + number + ",\"grade\":\"good\"}}"), ref read)).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
        Assert.InRange(read, 4_000, 5_000);
        Prop.ForAll(ArbMap.Default.GeneratorFor<double>().Where(static value => float.IsFinite((float)value)).ToArbitrary(), value =>
            Same(Encoding.UTF8.GetBytes("{\"features\":{\"size\":" + value.ToString("R", CultureInfo.InvariantCulture) + ",\"grade\":\"good\"}}"), ref read)).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    private static RowReader Reader(params List<FeatureDocument> features) =>
        new(new ModelDocument { Format = "f", Target = null!, Learner = null!, Training = null!, Samples = [], Metrics = new(), Features = features });

    private static bool Same(byte[] body, ref int read)
    {
        using var fast = new RowBuffer(3, 1);
        if (Rows.Scan(body, fast) is not { } single)
            return fast.Count == 0;
        read++;
        using var slow = new RowBuffer(3, 1);
        // An error here fails the test: nothing that is wrong may be read.
        var expected = JsonText.Read(body, (ref Utf8JsonReader reader) => Rows.ReadRequest(ref reader, slow));
        return single == expected && fast.Values.ToArray().Select(BitConverter.SingleToInt32Bits).SequenceEqual(slow.Values.ToArray().Select(BitConverter.SingleToInt32Bits));
    }
}
