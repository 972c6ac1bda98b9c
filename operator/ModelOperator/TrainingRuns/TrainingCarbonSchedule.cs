using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns;

/// <summary>How long a run may wait for a cleaner grid before its first attempt, and whether it may be paused for one at work. Attempts after the first wait for nothing but the end of a pause.</summary>
public sealed record TrainingCarbonSchedule
{
    /// <summary>Longest delay.</summary>
    public const int LongestDelaySeconds = 2_592_000;

    /// <summary>Shortest stretch of work between two pauses, of a schedule that names none.</summary>
    public const int DefaultMinimumRunSeconds = 1800;

    /// <summary>Cost of each resume, of a schedule that names none.</summary>
    public const int DefaultResumeCostSeconds = 300;

    [Description("LowestIntensity: start when the least emissions are expected. Interruptible: besides, pause at work while the grid is dirty; only with spec.checkpoint.uri, resume Auto and without spec.sweep. Immediate: do not wait.")]
    [DefaultValue(TrainingSchedulePolicy.LowestIntensity)]
    public TrainingSchedulePolicy Policy { get; set; }

    [Description("Latest start, in seconds after the run's creation; 30 days when absent. With Interruptible the most that the run waits and is paused together.")]
    [Range(1, LongestDelaySeconds)]
    public int? MaxDelaySeconds { get; init; }

    [Description("When the trainer must be done. The latest start is before it by expectedSeconds with a quarter and ten minutes to spare, or by the active deadline and ten minutes where nothing is expected.")]
    public DateTimeOffset? CompleteBy { get; init; }

    [Description("Clean enough: the run starts at once where its expected mean intensity is at or below this, in grams of CO2 equivalent per kWh.")]
    [Range(0, 3000)]
    public int? StartBelowGramsPerKwh { get; init; }

    [Description("With Interruptible only: least time of work between two pauses, in seconds; 1800 when absent. What would be done in less is not put off.")]
    [Range(60, 86400)]
    public int? MinimumRunSeconds { get; init; }

    [Description("With Interruptible only: what each resume costs, as seconds of work whose energy is spent again for loading and for what was not saved; 300 when absent.")]
    [Range(0, 86400)]
    public int? ResumeCostSeconds { get; init; }

    /// <summary>Least time of work between two pauses.</summary>
    internal TimeSpan MinimumRun => TimeSpan.FromSeconds(MinimumRunSeconds ?? DefaultMinimumRunSeconds);

    /// <summary>Cost of each resume as time of work.</summary>
    internal TimeSpan ResumeCost => TimeSpan.FromSeconds(ResumeCostSeconds ?? DefaultResumeCostSeconds);
}
