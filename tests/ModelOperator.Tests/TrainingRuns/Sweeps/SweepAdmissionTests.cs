using System.Globalization;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.TrainingRuns;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.Tests.TrainingRuns.Sweeps;

public sealed class SweepAdmissionTests
{
    private static TrainingEstimate One => TrainingRunEstimates.Estimate(Runs.Spec, Runs.Options, out _)!;

    public static TheoryData<string, TrainingSweep> Wrong => new()
    {
        { "spec.sweep.parameters", SweepSpecs.Grid with { Parameters = [] } },
        { "spec.sweep.parameters[0].name", SweepSpecs.Grid with { Parameters = [SweepSpecs.Values("-x", "1")] } },
        { "spec.sweep.parameters[1].name", SweepSpecs.Grid with { Parameters = [SweepSpecs.Values("a", "1"), SweepSpecs.Values("a", "2")] } },
        { "spec.sweep.parameters[0].values", SweepSpecs.Grid with { Parameters = [SweepSpecs.Values("a")] } },
        { "spec.sweep.parameters[0].values", SweepSpecs.Grid with { Parameters = [SweepSpecs.Values("a", "1", "1")] } },
        { "spec.sweep.parameters[0]", SweepSpecs.Grid with { Parameters = [SweepSpecs.Values("a", "1") with { Minimum = 1 }] } },
        { "spec.sweep.parameters[0].minimum", SweepSpecs.Grid with { Parameters = [new SweepParameter { Name = "a", Maximum = 2 }] } },
        { "spec.sweep.parameters[0].maximum", SweepSpecs.Grid with { Parameters = [new SweepParameter { Name = "a", Minimum = 2 }] } },
        { "spec.sweep.parameters[0].maximum", SweepSpecs.Random with { Parameters = [SweepSpecs.Range("a", 2, 2)] } },
        { "spec.sweep.parameters[0].minimum", SweepSpecs.Random with { Parameters = [SweepSpecs.Range("a", 0, 2, SweepScale.Log)] } },
        { "spec.sweep.parameters[0].minimum", SweepSpecs.Random with { Parameters = [SweepSpecs.Range("a", 0.5, 2, type: SweepNumberType.Integer)] } },
        { "spec.sweep.parameters[0].count", SweepSpecs.Grid with { Parameters = [SweepSpecs.Range("a", 1, 2)] } },
        { "spec.sweep.parameters[0].count", SweepSpecs.Random with { Parameters = [SweepSpecs.Range("a", 1, 2, count: 3)] } },
        { "spec.sweep.choices[1].name", SweepSpecs.Grid with { Choices = [new SweepChoice { Name = "a" }, new SweepChoice { Name = "a" }] } },
        { "spec.sweep.choices[0].params.eta", SweepSpecs.Grid with { Choices = [new SweepChoice { Name = "a", Params = new Dictionary<string, string> { ["eta"] = "1" } }] } },
        { "spec.params.-q", SweepSpecs.Grid with { Choices = [new SweepChoice { Name = "a" }, new SweepChoice { Name = "b", Params = new Dictionary<string, string> { ["-q"] = "1" } }] } },
        { "spec.sweep.halving", SweepSpecs.Halving with { Halving = null } },
        { "spec.sweep.halving", SweepSpecs.Random with { Halving = SweepSpecs.Halving.Halving } },
        { "spec.sweep.halving.parameter", SweepSpecs.Halving with { Halving = SweepSpecs.Halving.Halving! with { Parameter = "eta" } } },
        { "spec.sweep.halving.maximum", SweepSpecs.Halving with { Halving = SweepSpecs.Halving.Halving! with { Maximum = 29 } } },
        { "spec.sweep.halving.minimum", SweepSpecs.Halving with { Halving = SweepSpecs.Halving.Halving! with { Minimum = 0 } } },
        { "spec.sweep.halving.factor", SweepSpecs.Halving with { Halving = SweepSpecs.Halving.Halving! with { Factor = 1 } } },
        { "spec.sweep.halving.resume", SweepSpecs.Halving with { Halving = SweepSpecs.Halving.Halving! with { Resume = TrainingResume.Auto } } },
        { "spec.sweep.trials", SweepSpecs.Halving with { Trials = 12 } },
        { "spec.sweep.trials", SweepSpecs.Random with { Trials = null } },
        { "spec.sweep.trials", SweepSpecs.Random with { Trials = 257 } },
        { "spec.sweep.trials", SweepSpecs.Grid with { Trials = 5 } },
        { "spec.sweep.trials", SweepSpecs.Grid with { Parameters = [SweepSpecs.Range("a", 1, 2, count: 100), SweepSpecs.Range("b", 1, 2, count: 100)] } },
        { "spec.sweep.parallelism", SweepSpecs.Grid with { Parallelism = 0 } },
        { "spec.sweep.maxFailedTrials", SweepSpecs.Grid with { MaxFailedTrials = -1 } },
        { "spec.sweep.objective.metric", SweepSpecs.Grid with { Objective = SweepSpecs.Lowest with { Metric = " " } } },
        { "spec.sweep.objective.target", SweepSpecs.Grid with { Objective = SweepSpecs.Lowest with { Target = double.NaN } } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_field_is_refused_by_its_path(string path, TrainingSweep sweep)
    {
        var decision = Review(null, SweepSpecs.Run(sweep));
        Assert.False(decision.Allowed);
        Assert.Contains(decision.Causes, c => c.Field == path);
        Assert.Equal(decision.Causes.Length, decision.Causes.Select(c => (c.Field, c.Message)).Distinct().Count());
    }

    [Fact]
    public void Sound_sweeps_are_allowed_without_a_word() => Assert.All(
        new[] { SweepSpecs.Grid, SweepSpecs.Random, SweepSpecs.Halving },
        sweep => Assert.Equal((true, 0), (Review(null, SweepSpecs.Run(sweep)).Allowed, Review(null, SweepSpecs.Run(sweep)).Warnings.Length)));

    [Fact]
    public void One_trial_above_a_whole_limit_is_denied_at_the_creation_of_the_sweep()
    {
        var decision = Review(null, SweepSpecs.Run(SweepSpecs.Grid), Budget(One.EmissionsMilligramsP95 - 1));
        Assert.Equal((false, 403), (decision.Allowed, decision.Code));
        Assert.Contains("CarbonBudget team-a/month: needed", decision.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_whose_trials_fit_only_one_after_another_is_allowed_with_a_warning()
    {
        var decision = Review(null, SweepSpecs.Run(SweepSpecs.Grid), Budget(One.EmissionsMilligramsP95 * 2));
        Assert.True(decision.Allowed);
        Assert.Contains("CarbonBudget month: 6 trials together are expected to need", Assert.Single(decision.Warnings), StringComparison.Ordinal);
        Assert.Empty(Review(null, SweepSpecs.Run(SweepSpecs.Grid), Budget(One.EmissionsMilligramsP95 * 7)).Warnings);
    }

    [Fact]
    public void A_trial_waits_where_a_run_would_be_denied()
    {
        var full = Budget(One.EmissionsMilligramsP95 * 2, CarbonBudgetEnforcement.Deny);
        full = full with { Status = new CarbonBudgetStatus { WindowStart = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), WindowEnd = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero), SettledMilligrams = One.EmissionsMilligramsP95 * 2 } };
        Assert.False(Review(null, Runs.Run(), full).Allowed);
        var trial = Review(null, Trial(), full);
        Assert.True(trial.Allowed);
        Assert.Contains("waits until there is room", Assert.Single(trial.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void After_the_first_trial_only_parallelism_and_the_failures_allowed_may_change()
    {
        var old = new SweepWorld(SweepSpecs.Grid, _ => new TrialFate("1")).Settle(2).Run;
        Assert.True(Review(old, old with { Spec = SweepSpecs.Spec(SweepSpecs.Grid with { Parallelism = 6, MaxFailedTrials = 0 }) }).Allowed);
        Assert.Contains("spec.sweep cannot change after the first trial", Refused(old, old with { Spec = SweepSpecs.Spec(SweepSpecs.Grid with { Seed = 9 }) }), StringComparison.Ordinal);
        Assert.Contains("spec.image cannot change", Refused(old, old with { Spec = old.Spec with { Image = "other:1" } }), StringComparison.Ordinal);
        Assert.Contains("spec.sweep cannot be removed", Refused(old, old with { Spec = old.Spec with { Sweep = null } }), StringComparison.Ordinal);
        Assert.Contains("spec.sweep cannot be added", Refused(Runs.Run(), SweepSpecs.Run(SweepSpecs.Grid)), StringComparison.Ordinal);
        var young = SweepSpecs.Run(SweepSpecs.Grid);
        Assert.True(Review(young, young with { Spec = SweepSpecs.Spec(SweepSpecs.Random) }).Allowed);
    }

    [Fact]
    public void A_trial_is_what_its_sweep_recorded_and_cannot_be_changed()
    {
        var trial = Trial();
        Assert.Contains("trial of sweep diamonds-v1", Refused(trial, trial with { Spec = trial.Spec with { Output = new TrainingOutput() } }), StringComparison.Ordinal);
        Assert.True(Review(trial, trial with { Metadata = trial.Metadata with { Annotations = new() { ["modeloperator.io/command"] = "stop 1" } } }).Allowed);
    }

    private static V1TrainingRun Trial()
    {
        var world = new SweepWorld(SweepSpecs.Grid, _ => new TrialFate("1"));
        world.Round();
        return world.Created[0];
    }

    private static string Refused(V1TrainingRun old, V1TrainingRun run)
    {
        var decision = Review(old, run);
        Assert.False(decision.Allowed);
        return decision.Message!;
    }

    private static V1CarbonBudget Budget(long milligrams, CarbonBudgetEnforcement enforcement = CarbonBudgetEnforcement.Queue) =>
        Runs.Budget((milligrams / 1000m).ToString("0.###", CultureInfo.InvariantCulture), enforcement: enforcement);

    private static AdmissionDecision Review(V1TrainingRun? old, V1TrainingRun run, params V1CarbonBudget[] budgets) =>
        TrainingRunAdmission.Review(old, run, budgets, Runs.Options, Runs.Start);
}
