using System.Collections.Immutable;
using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>
/// The values of an answer for a test of many values: windows without data (NaN) are left out, infinities and silence are no values. Those of several series are
/// not put together: values of one moment are not independent of each other, and a label that was forgotten would pass for more samples.
/// </summary>
internal static class ValueSeries
{
    /// <summary>The finite values, or why there are none to judge.</summary>
    public static (ImmutableArray<double> Values, DecisionRecord? Problem) Of(Sample sample, bool baseline)
    {
        var what = baseline ? "No values of the stable version" : "No values of the canary";
        if (sample.Kind is SampleKind.Unparsable or SampleKind.QueryFailed or SampleKind.Empty)
            return ([], DecisionRecord.Unusable(sample, what, baseline));
        if (sample.Series > 1)
            return ([], DecisionRecord.Unusable(
                new(SampleKind.SeveralSeries, 0, string.Create(CultureInfo.InvariantCulture, $"the query returned {sample.Series} series, the values of one over time are needed; aggregate it with sum() or avg()")), what, baseline));
        if (sample.Values.FirstOrDefault(double.IsInfinity) is var infinite && double.IsInfinity(infinite))
            return ([], DecisionRecord.Unusable(Sample.Of(infinite), what, baseline));
        ImmutableArray<double> values = [.. sample.Values.Where(double.IsFinite)];
        return values.IsEmpty ? ([], DecisionRecord.Unusable(Sample.Of(double.NaN), what, baseline)) : (values, null);
    }

    /// <summary>Both arms, or the worse problem.</summary>
    public static (ImmutableArray<double> Canary, ImmutableArray<double> Stable, DecisionRecord? Problem) Both(Sample canary, Sample stable)
    {
        var (left, wrong) = Of(canary, baseline: false);
        var (right, other) = Of(stable, baseline: true);
        var problem = wrong is null || (other is not null && other.Verdict.Severity() > wrong.Verdict.Severity()) ? other : wrong;
        return (left, right, problem);
    }
}
