using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingFailureRulesTests
{
    public static TheoryData<string, TrainingFailureRule[], string, string, int> Outcomes => new()
    {
        { nameof(PodFate.TrainerExits1), [Rule(TrainingFailureAction.Retry, codes: [1])], nameof(TrainingRunPhase.Failed), TrainingRunReasons.BackoffLimitExceeded, 3 },
        { nameof(PodFate.TrainerExits137), [Rule(TrainingFailureAction.FailRun, codes: [137])], nameof(TrainingRunPhase.Failed), TrainingRunReasons.FailedByRule, 1 },
        { nameof(PodFate.OutOfMemory), [Rule(TrainingFailureAction.Retry, reasons: ["OOMKilled"])], nameof(TrainingRunPhase.Failed), TrainingRunReasons.BackoffLimitExceeded, 3 },
        { nameof(PodFate.OutOfMemory), [Rule(TrainingFailureAction.Retry, codes: [137])], nameof(TrainingRunPhase.Failed), TrainingRunReasons.BackoffLimitExceeded, 3 },
        { nameof(PodFate.Evicted), [Rule(TrainingFailureAction.FailRun, reasons: ["Evicted"])], nameof(TrainingRunPhase.Failed), TrainingRunReasons.FailedByRule, 1 },
        { nameof(PodFate.OutOfMemory), [Rule(TrainingFailureAction.FailRun, codes: [1])], nameof(TrainingRunPhase.Failed), TrainingRunReasons.OOMKilled, 1 },
        // The first that matches wins.
        {
            nameof(PodFate.TrainerExits1),
            [Rule(TrainingFailureAction.FailRun, codes: [1], name: "first"), Rule(TrainingFailureAction.Retry, codes: [1], name: "second")],
            nameof(TrainingRunPhase.Failed), TrainingRunReasons.FailedByRule, 1
        },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void The_first_rule_that_matches_says_what_follows(string fate, TrainingFailureRule[] rules, string phase, string reason, int attempts)
    {
        var policy = new TrainingFailurePolicy { MaxRetries = 2, BackoffBaseSeconds = 5, Rules = rules };
        var world = new ToyWorld(_ => Enum.Parse<PodFate>(fate), Runs.Spec with { FailurePolicy = policy }).Settle();
        Assert.Equal((phase, reason, attempts), (world.Status.Phase.ToString(), world.Status.Reason, world.Status.Attempts!.Execution));
        if (reason == TrainingRunReasons.FailedByRule)
            Assert.Contains($"'{rules[0].Name}'", world.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_ignores_the_limit_tries_again_with_growing_back_off_and_counts_apart()
    {
        var policy = new TrainingFailurePolicy { MaxRetries = 0, BackoffBaseSeconds = 60, Rules = [Rule(TrainingFailureAction.RetryIgnoreLimit, codes: [1])] };
        var world = new ToyWorld(n => n <= 3 ? PodFate.TrainerExits1 : PodFate.Succeed, Runs.Spec with { FailurePolicy = policy }).Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.Equal((4, 0, 3), (world.Status.Attempts!.Execution, world.Status.Attempts.Failures, world.Status.Attempts.Ignored));
        var history = world.Status.History!;
        Assert.All(history.Take(3), a => Assert.Equal(TrainingRunReasons.RetriedByRule, a.Reason));
        Assert.True(history[1].DecidedAt - history[0].EndedAt >= TimeSpan.FromSeconds(60));
        Assert.True(history[2].DecidedAt - history[1].EndedAt >= TimeSpan.FromSeconds(120));
    }

    [Theory]
    [InlineData(nameof(PodFate.Evicted))]
    [InlineData(nameof(PodFate.DeletedByUser))]
    [InlineData(nameof(PodFate.NodeLost))]
    public void An_exit_code_that_a_disruption_caused_is_no_rules_business(string fate)
    {
        var rules = new[] { Rule(TrainingFailureAction.FailRun, codes: [.. Enumerable.Range(1, 255).Where(c => c != 75)]) };
        var world = new ToyWorld(n => n == 1 ? Enum.Parse<PodFate>(fate) : PodFate.Succeed, Runs.Spec with { FailurePolicy = new TrainingFailurePolicy { Rules = rules } }).Settle();
        Assert.Equal((TrainingRunPhase.Succeeded, 1, 0), (world.Status.Phase, world.Status.Attempts!.Disruptions, world.Status.Attempts.Failures));
    }

    [Fact]
    public void A_stop_a_pause_and_a_yield_are_no_rules_business()
    {
        var rules = new[] { Rule(TrainingFailureAction.FailRun, codes: [143]) };
        var world = new ToyWorld(_ => PodFate.RunForever, Runs.Spec with { FailurePolicy = new TrainingFailurePolicy { Rules = rules } }).Settle(10);
        world.Command("pause 1");
        world.Settle(10);
        Assert.Equal(TrainingRunPhase.Paused, world.Status.Phase);
    }

    public static TheoryData<string, TrainingFailureRule> Wrong => new()
    {
        { "spec.failurePolicy.rules[0].name", Rule(TrainingFailureAction.Retry, codes: [1], name: "Bad Name") },
        { "spec.failurePolicy.rules[0]", Rule(TrainingFailureAction.Retry) },
        { "spec.failurePolicy.rules[0].onExitCodes[0]", Rule(TrainingFailureAction.Retry, codes: [75]) },
        { "spec.failurePolicy.rules[0].onExitCodes[1]", Rule(TrainingFailureAction.Retry, codes: [1, 256]) },
        { "spec.failurePolicy.rules[0].onExitCodes[0]", Rule(TrainingFailureAction.Retry, codes: [0]) },
        { "spec.failurePolicy.rules[0].onReasons[0]", Rule(TrainingFailureAction.Retry, reasons: ["Bored"]) },
        { "spec.failurePolicy.rules[0].onReasons[0]", Rule(TrainingFailureAction.Retry, reasons: ["Evicted"]) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_rule_is_refused_by_its_path(string path, TrainingFailureRule rule) =>
        Assert.Contains(
            TrainingRunValidation.Check(Runs.Run(Runs.Spec with { FailurePolicy = new TrainingFailurePolicy { Rules = [rule] } })), e => e.Path == path);

    [Fact]
    public void Two_rules_of_one_name_are_refused()
    {
        var rule = Rule(TrainingFailureAction.Retry, codes: [1]);
        Assert.Contains(
            TrainingRunValidation.Check(Runs.Run(Runs.Spec with { FailurePolicy = new TrainingFailurePolicy { Rules = [rule, rule] } })),
            e => e.Path == "spec.failurePolicy.rules[1].name" && e.Allowed == "each name once");
    }

    private static TrainingFailureRule Rule(TrainingFailureAction action, int[]? codes = null, string[]? reasons = null, string name = "rule") =>
        new() { Name = name, Action = action, OnExitCodes = codes, OnReasons = reasons };
}
