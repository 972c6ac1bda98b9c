using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>A search: the run makes no Pods itself but one child run for each trial, and registers the best.</summary>
public sealed record TrainingSweep
{
    [Description("Grid tries every combination, Random draws, SuccessiveHalving draws many with few resources and goes on with the best.")]
    public required SweepAlgorithm Algorithm { get; set; }

    [Description("What is searched over. Each reaches the trial as a parameter of its name.")]
    [MaxItems(16)]
    public IReadOnlyList<SweepParameter>? Parameters { get; set; }

    [Description("Learners to choose from: each alternative replaces image, command, args and parameters of the template.")]
    [MaxItems(16)]
    public IReadOnlyList<SweepChoice>? Choices { get; set; }

    [Description("Most trials, over all rungs. Needed for Random and SuccessiveHalving; a Grid has as many as it has points.")]
    [Range(1, SweepSpace.MaxTrials)]
    public int? Trials { get; set; }

    [Description("Most trials at once. May be changed at any time.")]
    [Range(1, 64)]
    [DefaultValue(1)]
    public int Parallelism { get; set; } = 1;

    [Description("Seed of the draws: the same spec and seed give the same trials.")]
    [Range(0, long.MaxValue)]
    [DefaultValue(0L)]
    public long Seed { get; set; }

    [Description("What makes a trial better than another.")]
    public required SweepObjective Objective { get; set; }

    [Description("Rungs of SuccessiveHalving.")]
    public SweepHalving? Halving { get; set; }

    [Description("How many trials may fail before the sweep fails. May be changed at any time.")]
    [Range(0, SweepSpace.MaxTrials)]
    [DefaultValue(3)]
    public int MaxFailedTrials { get; set; } = 3;
}
