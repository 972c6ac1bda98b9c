namespace ModelOperator.Analysis.Tests;

public sealed class MetricProgressTests
{
    private static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>S successful, F failed, I inconclusive, E error, N no data, R running.</summary>
    [Theory]
    [InlineData("", Verdict.Pending, Reasons.NotMeasuredYet)]
    [InlineData("S", Verdict.Running, Reasons.Measuring)]
    [InlineData("SSS", Verdict.Successful, Reasons.CountReached)]
    [InlineData("F", Verdict.Running, Reasons.Measuring)]
    [InlineData("FF", Verdict.Failed, Reasons.FailureLimitExceeded)]
    [InlineData("FSS", Verdict.Successful, Reasons.CountReached)]
    [InlineData("FSF", Verdict.Failed, Reasons.FailureLimitExceeded)]
    [InlineData("I", Verdict.Running, Reasons.Measuring)]
    [InlineData("II", Verdict.Inconclusive, Reasons.InconclusiveLimitExceeded)]
    [InlineData("EE", Verdict.Running, Reasons.Measuring)]
    [InlineData("EEE", Verdict.Error, Reasons.ConsecutiveErrorLimitExceeded)]
    [InlineData("EESEES", Verdict.Running, Reasons.Measuring)]
    [InlineData("NN", Verdict.Running, Reasons.Measuring)]
    [InlineData("NNN", Verdict.NoData, Reasons.NoDataLimitExceeded)]
    [InlineData("NENEN", Verdict.NoData, Reasons.NoDataLimitExceeded)]
    [InlineData("NNSNN", Verdict.Running, Reasons.Measuring)]
    [InlineData("RRRRRRRRRRRR", Verdict.Running, Reasons.Measuring)]
    [InlineData("FIS", Verdict.Successful, Reasons.CountReached)]
    public void Looks_add_up_to_a_verdict(string looks, Verdict verdict, string reason)
    {
        var spec = new MetricSpec { Count = 3, FailureLimit = 1, InconclusiveLimit = 1, ConsecutiveErrorLimit = 2, NoDataLimit = 2 };
        var state = Run(spec, looks);
        Assert.Equal((verdict, reason), (state.Verdict, state.Reason));
    }

    [Fact]
    public void Taking_every_look_without_one_success_is_no_success() =>
        Assert.Equal(Reasons.CountReachedWithoutSuccess, Run(new() { Count = 2, FailureLimit = -1 }, "FF").Reason);

    [Theory]
    [InlineData("SS", Verdict.Running)]
    [InlineData("SSS", Verdict.Successful)]
    [InlineData("SSRSS", Verdict.Running)]
    [InlineData("SSNSS", Verdict.Running)]
    [InlineData("SSRSSS", Verdict.Successful)]
    public void Successes_in_a_row_can_end_a_metric(string looks, Verdict verdict) =>
        Assert.Equal(verdict, Run(new() { ConsecutiveSuccessLimit = 3, NoDataLimit = -1 }, looks).Verdict);

    [Fact]
    public void A_count_that_ends_before_enough_successes_in_a_row_decides_nothing() =>
        Assert.Equal(Verdict.Inconclusive, Run(new() { Count = 4, ConsecutiveSuccessLimit = 3, FailureLimit = 1 }, "SSFS").Verdict);

    [Fact]
    public void A_sequential_test_ends_with_its_own_success_and_a_background_one_watches_on()
    {
        Assert.Equal(Reasons.ComparisonConcluded, Run(new() { ConcludesOnSuccess = true }, "RRS").Reason);
        Assert.Equal(Verdict.Running, Run(new(), "RRSSSSSSS").Verdict);
    }

    [Theory]
    [InlineData(NoDataPolicy.Inconclusive, Verdict.Running)]
    [InlineData(NoDataPolicy.Fail, Verdict.Failed)]
    [InlineData(NoDataPolicy.Pass, Verdict.Successful)]
    public void The_policy_says_what_silence_means(NoDataPolicy policy, Verdict verdict) =>
        Assert.Equal(verdict, Run(new() { Count = 1, NoDataPolicy = policy }, "N").Verdict);

    [Fact]
    public void A_concluded_metric_stays_concluded()
    {
        var spec = new MetricSpec { Count = 1 };
        var failed = Run(spec, "F");
        Assert.Same(failed, MetricProgress.Step(failed, spec, Look('S', 99)));
        Assert.Same(failed, MetricProgress.Expire(failed));
        Assert.Null(MetricProgress.NextAt(failed, spec));
    }

    [Fact]
    public void Time_that_runs_out_is_inconclusive_and_says_what_was_seen_last()
    {
        var expired = MetricProgress.Expire(Run(new(), "R"));
        Assert.Equal((Verdict.Inconclusive, Reasons.MaxDurationReached), (expired.Verdict, expired.Reason));
        Assert.Equal("Not decided in the time allowed; last: look R.", expired.Message);
        Assert.Equal(Verdict.Inconclusive, MetricProgress.Expire(MetricProgress.Start(T0)).Verdict);
    }

    [Fact]
    public void Looks_are_due_after_the_delay_then_by_interval_and_sooner_after_an_error()
    {
        var spec = new MetricSpec { Interval = TimeSpan.FromSeconds(60), InitialDelay = TimeSpan.FromSeconds(120) };
        var state = MetricProgress.Start(T0);
        Assert.False(MetricProgress.IsDue(state, spec, T0.AddSeconds(119)));
        Assert.True(MetricProgress.IsDue(state, spec, T0.AddSeconds(120)));
        Assert.Equal(T0.AddSeconds(180), MetricProgress.NextAt(MetricProgress.Step(state, spec, Look('S', 120)), spec));
        Assert.Equal(T0.AddSeconds(130), MetricProgress.NextAt(MetricProgress.Step(state, spec, Look('E', 120)), spec));
        var quick = spec with { Interval = TimeSpan.FromSeconds(5) };
        Assert.Equal(T0.AddSeconds(125), MetricProgress.NextAt(MetricProgress.Step(state, quick, Look('E', 120)), quick));
    }

    [Fact]
    public void Only_the_last_ten_measurements_are_kept_and_the_counters_know_the_rest()
    {
        var state = Run(new(), new string('S', 25));
        Assert.Equal(10, state.Measurements.Length);
        Assert.Equal(25, state.Count);
        Assert.Equal(T0.AddSeconds(25), state.Last!.At);
    }

    [Fact]
    public void A_spec_names_its_problems()
    {
        Assert.Empty(new MetricSpec().Validate());
        var problems = new MetricSpec
        {
            Interval = TimeSpan.Zero,
            InitialDelay = TimeSpan.FromSeconds(-1),
            Count = 2,
            FailureLimit = 3,
            InconclusiveLimit = 5,
            NoDataLimit = -2,
        }.Validate();
        Assert.Equal(["interval", "initialDelay", "limits", "count", "count"], problems.Select(problem => problem.Split(':')[0]));
        Assert.NotEmpty(new MetricSpec { Count = -1 }.Validate());
    }

    [Theory]
    [InlineData(new[] { Verdict.Successful, Verdict.Successful }, Verdict.Successful)]
    [InlineData(new[] { Verdict.Successful, Verdict.Running }, Verdict.Running)]
    [InlineData(new[] { Verdict.Running, Verdict.Pending }, Verdict.Pending)]
    [InlineData(new[] { Verdict.Running, Verdict.NoData }, Verdict.NoData)]
    [InlineData(new[] { Verdict.Inconclusive, Verdict.NoData }, Verdict.Inconclusive)]
    [InlineData(new[] { Verdict.Inconclusive, Verdict.Error }, Verdict.Error)]
    [InlineData(new[] { Verdict.Error, Verdict.Failed, Verdict.Pending }, Verdict.Failed)]
    [InlineData(new Verdict[0], Verdict.Inconclusive)]
    public void The_worst_metric_decides_the_analysis(Verdict[] verdicts, Verdict expected) =>
        Assert.Equal(expected, AnalysisOutcome.Of(verdicts.Select((verdict, i) => new MetricOutcome($"m{i}", verdict, "R", "why."))).Verdict);

    [Fact]
    public void Dry_runs_never_decide_and_alone_are_no_evidence()
    {
        MetricOutcome good = new("good", Verdict.Successful, "R", "fine.");
        MetricOutcome dry = new("dry", Verdict.Failed, "R", "bad.", DryRun: true);
        Assert.Equal(Reasons.AllMetricsSuccessful, AnalysisOutcome.Of([dry, good]).Reason);
        Assert.Equal((Verdict.Inconclusive, Reasons.DryRunOnly), (AnalysisOutcome.Of([dry]).Verdict, AnalysisOutcome.Of([dry]).Reason));
        Assert.Equal(Reasons.NoMetrics, AnalysisOutcome.Of([]).Reason);
    }

    [Fact]
    public void The_deciding_metric_is_named()
    {
        var outcome = AnalysisOutcome.Of([new("z", Verdict.Failed, "Z", "z broke."), new("a", Verdict.Failed, "A", "a broke.")]);
        Assert.Equal(new AnalysisOutcome(Verdict.Failed, "a", "A", "a: a broke."), outcome);
        var ofState = MetricOutcome.Of("m", Run(new(), "F"));
        Assert.Equal((Verdict.Failed, Reasons.FailureLimitExceeded, "1 failed, limit 0: look F."), (ofState.Verdict, ofState.Reason, ofState.Message));
    }

    internal static MetricState Run(MetricSpec spec, string looks)
    {
        var state = MetricProgress.Start(T0);
        for (var i = 0; i < looks.Length; i++)
            state = MetricProgress.Step(state, spec, Look(looks[i], i + 1));
        return state;
    }

    internal static Measurement Look(char letter, int second) => new(T0.AddSeconds(second), new(
        letter switch
        {
            'S' => Verdict.Successful,
            'F' => Verdict.Failed,
            'I' => Verdict.Inconclusive,
            'E' => Verdict.Error,
            'N' => Verdict.NoData,
            _ => Verdict.Running,
        },
        "Look", $"look {letter}."));
}
