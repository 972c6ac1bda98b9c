using System.Text;

namespace ModelOperator.Analysis.Tests;

public sealed class SampleTests
{
    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"0.25"]}]}}""", SampleKind.Number)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[]}}""", SampleKind.Empty)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"NaN"]}]}}""", SampleKind.NotANumber)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"+Inf"]}]}}""", SampleKind.PositiveInfinity)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"-Inf"]}]}}""", SampleKind.NegativeInfinity)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"1"]},{"value":[1,"2"]}]}}""", SampleKind.SeveralSeries)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"many"]}]}}""", SampleKind.Unparsable)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{}]}]}}""", SampleKind.Unparsable)]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"3"]}}""", SampleKind.Number)]
    [InlineData("""{"status":"success","data":{"resultType":"string","result":[1,"3"]}}""", SampleKind.Unparsable)]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"3"]]}]}}""", SampleKind.Number)]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"3"],[2,"4"]]}]}}""", SampleKind.SeveralSeries)]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[]}]}}""", SampleKind.Empty)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,3]}]}}""", SampleKind.Unparsable)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[7]}}""", SampleKind.Unparsable)]
    [InlineData("""{"status":"success","data":null}""", SampleKind.Unparsable)]
    [InlineData("""{"status":"success"}""", SampleKind.Unparsable)]
    [InlineData("""{"status":"error","errorType":"bad_data","error":"parse error at char 4"}""", SampleKind.QueryFailed)]
    [InlineData("""{}""", SampleKind.QueryFailed)]
    [InlineData("""[]""", SampleKind.Unparsable)]
    [InlineData("""<html>""", SampleKind.Unparsable)]
    [InlineData("", SampleKind.Unparsable)]
    public void A_prometheus_answer_is_classified(string body, SampleKind kind) =>
        Assert.Equal(kind, PrometheusResponse.Parse(Encoding.UTF8.GetBytes(body)).Kind);

    [Fact]
    public void The_number_and_the_providers_error_come_through()
    {
        Assert.Equal(0.25, PrometheusResponse.Parse("""{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"0.25"]}]}}"""u8.ToArray()).Value);
        Assert.Equal("bad_data: parse error at char 4",
            PrometheusResponse.Parse("""{"status":"error","errorType":"bad_data","error":"parse error at char 4"}"""u8.ToArray()).Detail);
    }

    [Fact]
    public void Several_values_are_kept_in_order_with_the_bounds_of_a_histogram()
    {
        static Sample Parse(string result) => PrometheusResponse.Parse(Encoding.UTF8.GetBytes($$"""{"status":"success","data":{{result}}}"""));
        var vector = Parse("""{"resultType":"vector","result":[{"metric":{"pod":"a"},"value":[1,"2"]},{"metric":{},"value":[1,"NaN"]}]}""");
        Assert.Equal((SampleKind.SeveralSeries, 0), (vector.Kind, vector.Buckets.Length));
        Assert.Equal(["2", "NaN"], vector.Values.Select(CanonicalNumber.Format));
        Assert.Equal("1 2 3 4", string.Join(' ', Parse("""{"resultType":"matrix","result":[{"values":[[1,"1"],[2,"2"]]},{"values":[[1,"3"],[2,"4"]]}]}""").Values));
        var histogram = Parse("""{"resultType":"vector","result":[{"metric":{"le":"0.1"},"value":[1,"5"]},{"metric":{"le":"+Inf"},"value":[1,"7"]}]}""");
        Assert.Equal<HistogramBucket>([new(0.1, 5), new(double.PositiveInfinity, 7)], histogram.Buckets.ToArray());
        Assert.Empty(Parse("""{"resultType":"vector","result":[{"metric":{"le":"0.1"},"value":[1,"5"]},{"metric":{"le":"x"},"value":[1,"7"]}]}""").Buckets);
        Assert.Equal("0.1 +Inf", string.Join(' ', histogram.Labels));
        Assert.Equal("carat", Assert.Single(Parse("""{"resultType":"vector","result":[{"metric":{"feature":"carat"},"value":[1,"5"]}]}""").Labels));
        Assert.Empty(vector.Labels);
        Assert.Empty(Parse("""{"resultType":"vector","result":[{"metric":{"feature":"carat","pod":"a"},"value":[1,"5"]}]}""").Labels);
        Assert.Equal(SampleKind.Unparsable, Parse("""{"resultType":"vector","result":[{"value":[1,"5"]},{"value":[1,"many"]}]}""").Kind);
        Assert.Equal(SampleKind.Unparsable, Sample.Of(new double[Sample.MaxValues + 1]).Kind);
        Assert.Equal(Sample.Of([1d, 2d]), Sample.Of([1d, 2d]));
        Assert.NotEqual(Sample.Of([1d, 2d]), Sample.Of([1d, 3d]));
    }

    [Fact]
    public void Every_kind_but_a_number_has_a_verdict_that_is_no_pass_and_a_reason_of_its_own()
    {
        var unusable = Enum.GetValues<SampleKind>().Where(kind => kind != SampleKind.Number).Select(kind => new Sample(kind, 0, "").Unusable()!.Value).ToList();
        Assert.Equal(unusable.Count, unusable.Select(pair => pair.Reason).Distinct().Count());
        Assert.DoesNotContain(unusable, pair => pair.Verdict is Verdict.Successful or Verdict.Failed or Verdict.Running or Verdict.Pending);
        Assert.Null(Sample.Of(1.0).Unusable());
    }

    [Fact]
    public void Lists_of_values_are_one_number_only_when_they_hold_exactly_one()
    {
        Assert.Equal(SampleKind.Empty, Sample.Of(Array.Empty<double>()).Kind);
        Assert.Equal(SampleKind.Number, Sample.Of([2.0]).Kind);
        Assert.Equal(SampleKind.SeveralSeries, Sample.Of([2.0, 2.0]).Kind);
        Assert.Equal(SampleKind.Empty, Sample.Parse(Array.Empty<string>()).Kind);
        Assert.Equal(2, Sample.Parse(["2"]).Value);
        Assert.Equal(SampleKind.SeveralSeries, Sample.Parse(["2", "3"]).Kind);
        Assert.Equal(SampleKind.Unparsable, Sample.Parse((string?)null).Kind);
        Assert.Equal(201, Sample.Failure(new string('x', 5000)).Detail.Length);
    }

    [Theory]
    [InlineData(0.0125, "0.0125")]
    [InlineData(412, "412")]
    [InlineData(-0.0, "0")]
    [InlineData(1.0 / 3, "0.333333")]
    [InlineData(123456789, "123457000")]
    [InlineData(999999.96, "1000000")]
    [InlineData(1e-5, "0.00001")]
    [InlineData(1.23456e-5, "0.0000123456")]
    [InlineData(1.5e-7, "1.5e-7")]
    [InlineData(-2e20, "-2e20")]
    [InlineData(1e15, "1e15")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Numbers_have_one_canonical_text(double value, string expected) => Assert.Equal(expected, CanonicalNumber.Format(value));
}
