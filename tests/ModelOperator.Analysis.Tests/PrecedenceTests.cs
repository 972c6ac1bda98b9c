namespace ModelOperator.Analysis.Tests;

/// <summary>The table of docs/canary-deployments.md: look, metric, analysis.</summary>
public sealed class PrecedenceTests
{
    private static ConditionPair Pair(string? success, string? failure) => new(Parse(success), Parse(failure));

    private static Condition? Parse(string? text)
    {
        if (text is null)
            return null;
        Assert.True(Condition.TryParse(text, out var condition, out _));
        return condition;
    }

    /// <summary>T holds, F does not, N is undecided without data, I undecided by an infinity, E undecided by several series, - is not given.</summary>
    [Theory]
    [InlineData("T-", Verdict.Successful, Reasons.SuccessConditionMet)]
    [InlineData("F-", Verdict.Failed, Reasons.SuccessConditionNotMet)]
    [InlineData("-T", Verdict.Failed, Reasons.FailureConditionMet)]
    [InlineData("-F", Verdict.Successful, Reasons.FailureConditionNotMet)]
    [InlineData("TT", Verdict.Failed, Reasons.FailureConditionMet)]
    [InlineData("TF", Verdict.Successful, Reasons.SuccessConditionMet)]
    [InlineData("FT", Verdict.Failed, Reasons.FailureConditionMet)]
    [InlineData("FF", Verdict.Inconclusive, Reasons.NeitherConditionMet)]
    [InlineData("N-", Verdict.NoData, Reasons.NotANumber)]
    [InlineData("-N", Verdict.NoData, Reasons.NotANumber)]
    [InlineData("TN", Verdict.NoData, Reasons.NotANumber)]
    [InlineData("FN", Verdict.NoData, Reasons.NotANumber)]
    [InlineData("NF", Verdict.NoData, Reasons.NotANumber)]
    [InlineData("NT", Verdict.Failed, Reasons.FailureConditionMet)]
    [InlineData("ET", Verdict.Failed, Reasons.FailureConditionMet)]
    [InlineData("I-", Verdict.Inconclusive, Reasons.PositiveInfinity)]
    [InlineData("E-", Verdict.Error, Reasons.IndexOutOfRange)]
    [InlineData("NE", Verdict.Error, Reasons.IndexOutOfRange)]
    [InlineData("EN", Verdict.Error, Reasons.IndexOutOfRange)]
    [InlineData("NI", Verdict.Inconclusive, Reasons.PositiveInfinity)]
    [InlineData("--", Verdict.Error, Reasons.InvalidCondition)]
    public void Two_conditions_make_one_verdict(string pair, Verdict verdict, string reason)
    {
        static string? Text(char letter) => letter switch
        {
            'T' => "result == 1",
            'F' => "result == 2",
            'N' => "0 / (result - 1) > 1",
            'I' => "1 / (result - 1) > 1",
            'E' => "result[7] > 1",
            _ => null,
        };
        var record = Pair(Text(pair[0]), Text(pair[1])).Judge(Sample.Of(1.0), Sample.Empty);
        Assert.Equal((verdict, reason), (record.Verdict, record.Reason));
        Assert.EndsWith(".", record.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_that_cannot_be_read_is_an_error_whatever_the_conditions_say()
    {
        var pair = Pair("true", "len(stable) == 0");
        Assert.Equal(Reasons.QueryFailed, pair.Judge(Sample.Failure("down"), Sample.Of(1.0)).Reason);
        Assert.Equal("BaselineUnparsableResult", pair.Judge(Sample.Of(1.0), Sample.NotReadable("odd")).Reason);
        // A condition that does not ask for the stable version does not need it.
        Assert.Equal(Verdict.Successful, Pair("result == 1", null).Judge(Sample.Of(1.0), Sample.Failure("down")).Verdict);
    }

    [Fact]
    public void The_record_shows_what_was_compared()
    {
        var record = Pair("result <= stable * 1.1", null).Judge(Sample.Of(3.0), Sample.Of(2.0));
        Assert.Equal(("3", "2", "successCondition does not hold (result <= stable * 1.1): result is 3."), (record.Value, record.Baseline, record.Message));
        var many = Pair("all(result, # < 9)", null).Judge(Sample.Of([1, 2, 3, 4, 5, 6d]), Sample.Empty);
        Assert.Equal((null, "successCondition holds (all(result, # < 9)): result is [1, 2, 3, 4, 5, ...], 6 values."), (many.Value, many.Message));
    }

    /// <summary>Every limit exceeded at once, then one after the other lifted: the verdict walks down the order of the rules.</summary>
    [Fact]
    public void Limits_of_a_metric_speak_in_one_order()
    {
        var all = new MetricState(default)
        {
            Failed = 1,
            ConsecutiveErrors = 1,
            Inconclusive = 1,
            ConsecutiveNoData = 1,
            ConsecutiveSuccesses = 1,
            Successful = 1,
            Count = 3,
        };
        MetricSpec spec = new()
        {
            FailureLimit = 0,
            ConsecutiveErrorLimit = 0,
            InconclusiveLimit = 0,
            NoDataLimit = 0,
            ConcludesOnSuccess = true,
            ConsecutiveSuccessLimit = 1,
            Count = 3,
            MaxDuration = TimeSpan.FromSeconds(1),
        };
        List<string> reasons = [];
        foreach (var lift in new Func<MetricSpec, MetricSpec>[]
        {
            s => s, s => s with { FailureLimit = -1 }, s => s with { ConsecutiveErrorLimit = -1 }, s => s with { InconclusiveLimit = -1 }, s => s with { NoDataLimit = -1 },
            s => s with { ConcludesOnSuccess = false }, s => s with { ConsecutiveSuccessLimit = 0 }, s => s with { Count = 0 }, s => s with { MaxDuration = null },
        })
        {
            spec = lift(spec);
            // A look that changes no counter that the rules read: Running leaves counts as they are but ends runs, so each run is given anew.
            var state = all with { ConsecutiveSuccesses = 0 };
            var look = new Measurement(default(DateTimeOffset).AddHours(1), new(Verdict.Successful, "Look", "look."));
            var next = MetricProgress.Step(state with { ConsecutiveErrors = 0, ConsecutiveNoData = 0, Count = 2, Successful = 0 }, spec, look);
            reasons.Add(next.Reason);
        }

        Assert.Equal(
            [
                Reasons.FailureLimitExceeded, Reasons.InconclusiveLimitExceeded, Reasons.InconclusiveLimitExceeded, Reasons.ComparisonConcluded, Reasons.ComparisonConcluded,
                Reasons.ConsecutiveSuccessLimitReached, Reasons.CountReached, Reasons.MaxDurationReached, Reasons.Measuring,
            ],
            reasons);
    }

    /// <summary>Errors and silence in a row beside failures and inconclusive looks that went before.</summary>
    [Theory]
    [InlineData("FIE", 0, 0, 0, Verdict.Failed)]
    [InlineData("FIE", 1, 0, 0, Verdict.Inconclusive)]
    [InlineData("FIE", 1, 1, 0, Verdict.Error)]
    [InlineData("FIN", 1, 1, 0, Verdict.NoData)]
    [InlineData("EF", 0, 0, 1, Verdict.Failed)]
    [InlineData("IE", 1, 1, 1, Verdict.Running)]
    public void Counters_speak_when_their_limit_is_passed(string looks, int failure, int inconclusive, int inRow, Verdict verdict) =>
        Assert.Equal(verdict, MetricProgressTests.Run(new() { FailureLimit = failure, InconclusiveLimit = inconclusive, ConsecutiveErrorLimit = inRow, NoDataLimit = inRow }, looks).Verdict);

    [Fact]
    public void Every_pair_of_metrics_gives_the_worse_verdict_and_a_dry_run_gives_none()
    {
        Verdict[] order = [Verdict.Successful, Verdict.Running, Verdict.Pending, Verdict.NoData, Verdict.Inconclusive, Verdict.Error, Verdict.Failed];
        foreach (var (left, a) in order.Select((v, i) => (v, i)))
            foreach (var (right, b) in order.Select((v, i) => (v, i)))
            {
                var outcome = AnalysisOutcome.Of([new("a", left, "R", "a."), new("b", right, "R", "b."), new("c", Verdict.Failed, "R", "c.", DryRun: true)]);
                Assert.Equal(order[Math.Max(a, b)], outcome.Verdict);
            }
    }

    [Fact]
    public void A_metric_has_its_own_end_and_the_end_never_hides_harm()
    {
        MetricSpec spec = new() { MaxDuration = TimeSpan.FromSeconds(2), Count = 9 };
        Assert.Equal(Verdict.Running, MetricProgressTests.Run(spec, "S").Verdict);
        Assert.Equal(Reasons.MaxDurationReached, MetricProgressTests.Run(spec, "SS").Reason);
        Assert.Equal(Verdict.Failed, MetricProgressTests.Run(spec, "SF").Verdict);
        Assert.Equal(Reasons.CountReached, MetricProgressTests.Run(spec with { Count = 2 }, "SS").Reason);
    }

    [Fact]
    public void A_metric_that_is_watched_on_keeps_its_counters_and_still_fails()
    {
        MetricSpec spec = new() { InconclusiveLimit = 0 };
        var ended = MetricProgressTests.Run(spec, "SI");
        Assert.Equal(Verdict.Inconclusive, ended.Verdict);
        var open = MetricProgress.Reopen(ended);
        Assert.Equal(Reasons.InconclusiveLimitExceeded, MetricProgress.Step(open, spec, MetricProgressTests.Look('S', 99)).Reason);
        Assert.Equal(Verdict.Failed, MetricProgress.Step(open, spec, MetricProgressTests.Look('F', 99)).Verdict);
    }
}
