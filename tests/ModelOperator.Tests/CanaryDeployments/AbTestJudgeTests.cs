using System.Collections.Immutable;
using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>One look at an A/B test: who wins, and what is shown.</summary>
public sealed class AbTestJudgeTests
{
    private static readonly AbTest Test = AbSpec().Strategy!.AbTest!;

    /// <summary>Counts of control, b and c: users, buyers, and what each spends.</summary>
    private static AbTestLook Look(params (double Users, double Buyers, double Value)[] arms) => new(Start,
        [.. arms.Select(arm => new AbTestCounts(arm.Users, [(arm.Buyers, 0, 0), (arm.Buyers, arm.Buyers * arm.Value, arm.Buyers * arm.Value * arm.Value * 1.05)]))]);

    public static TheoryData<string, AbTestLook, string?, bool> Looks() => new()
    {
        { "alike", Look((1000, 100, 20), (1000, 100, 20), (1000, 100, 20)), null, false },
        { "b sells more", Look((1000, 100, 20), (1000, 200, 20), (1000, 100, 20)), "b", false },
        { "both sell more, c most", Look((1000, 100, 20), (1000, 200, 20), (1000, 250, 20)), "c", false },
        { "b sells more for less", Look((1000, 100, 20), (1000, 200, 1), (1000, 100, 20)), null, false },
        { "c is best but for less, b wins", Look((1000, 100, 20), (1000, 200, 20), (1000, 300, 1)), "b", false },
        { "both sell less", Look((1000, 300, 20), (1000, 100, 20), (1000, 100, 20)), null, true },
        { "one sells less", Look((1000, 300, 20), (1000, 100, 20), (1000, 300, 20)), null, false },
        { "too few users in c", Look((1000, 100, 20), (1000, 200, 20), (499, 50, 20)), null, false },
        { "nobody yet", Look((0, 0, 0), (0, 0, 0), (0, 0, 0)), null, false },
        { "more buyers than users, as extrapolated counts may have", Look((1000, 1003, 20), (1000, 1000, 20), (1000, 1001, 20)), null, false },
    };

    [Theory]
    [MemberData(nameof(Looks))]
    public void A_look_has_its_winner(string story, AbTestLook look, string? winner, bool control)
    {
        var finding = AbTestJudge.Judge(Test, look, 1);
        Assert.True((winner, control) == (finding.Winner, finding.ControlWins), $"{story}: {finding.Winner} {finding.ControlWins} {string.Join("; ", finding.Rows)}");
        Assert.Equal(6, finding.Rows.Length);
    }

    [Fact]
    public void Harm_Increase_turns_the_direction()
    {
        var returns = Test with { Metrics = [new() { Name = "returns", Type = AbTestMetricType.Conversion, Event = "return", Harm = HarmDirection.Increase }] };
        var look = new AbTestLook(Start, [.. new[] { 300.0, 100, 350 }.Select(x => new AbTestCounts(1000, [(x, 0, 0)]))]);
        var finding = AbTestJudge.Judge(returns, look, 1);
        Assert.Equal(("b", false), (finding.Winner, finding.ControlWins));
        Assert.Equal([null, "Better", "Undecided"], finding.Rows.Select(row => row.Verdict));
    }

    [Fact]
    public void A_row_shows_value_interval_and_effect_with_its_interval()
    {
        var row = AbTestJudge.Judge(Test, Look((1000, 100, 20), (1000, 200, 20), (1000, 100, 20)), 1).Rows;
        Assert.Equal(("0.1", null, null, null), (row[0].Value, row[0].Effect, row[0].EffectInterval, row[0].Verdict));
        Assert.Equal(("0.2", "2", "Better"), (row[1].Value, row[1].Effect, row[1].Verdict));
        Assert.Equal(("4", "2"), (row[4].Value, row[4].Effect));
        Assert.Matches(@"^\[1\.[0-9]+, [0-9.]+\]$", row[1].EffectInterval);
        Assert.Matches(@"^\[0\.1[0-9]+, 0\.2[0-9]+\]$", row[1].Interval);
    }

    /// <summary>What several gateways may have counted twice is worth half.</summary>
    [Fact]
    public void Counts_of_several_gateways_are_divided()
    {
        var look = Look((2000, 200, 20), (2000, 400, 20), (2000, 200, 20));
        var half = Look((1000, 100, 20), (1000, 200, 20), (1000, 100, 20));
        Assert.Equal(AbTestJudge.Judge(Test, half, 1).Rows.AsEnumerable(), AbTestJudge.Judge(Test, look, 2).Rows);
        Assert.Equal(1000, AbTestJudge.Judge(Test, look, 2).Least);
    }

    [Fact]
    public void More_arms_and_metrics_need_more_evidence()
    {
        var look = Look((1000, 100, 20), (1000, 170, 20), (1000, 100, 20));
        var alone = Test with { Arms = [.. Test.Arms.Take(2)], Metrics = [Test.Metrics[0]] };
        var single = look with { Arms = [.. look.Arms.Take(2).Select(arm => arm with { Metrics = [arm.Metrics[0]] })] };
        double Lower(ImmutableArray<AbTestMetricStatus> rows) =>
            double.Parse(rows.First(row => row.Arm == "b").EffectInterval!.Split(',')[0].TrimStart('['), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(Lower(AbTestJudge.Judge(alone, single, 1).Rows) > Lower(AbTestJudge.Judge(Test, look, 1).Rows));
    }
}
