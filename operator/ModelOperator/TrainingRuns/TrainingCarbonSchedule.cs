using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns;

/// <summary>How long a run may wait for a cleaner grid before its first attempt. Attempts after the first never wait.</summary>
public sealed record TrainingCarbonSchedule
{
    /// <summary>Longest delay.</summary>
    public const int LongestDelaySeconds = 2_592_000;

    [Description("LowestIntensity: start when the least emissions are expected. Immediate: do not wait.")]
    [DefaultValue(TrainingSchedulePolicy.LowestIntensity)]
    public TrainingSchedulePolicy Policy { get; set; }

    [Description("Latest start, in seconds after the run's creation; 30 days when absent.")]
    [Range(1, LongestDelaySeconds)]
    public int? MaxDelaySeconds { get; init; }

    [Description("When the trainer must be done. The latest start is before it by expectedSeconds with a quarter and ten minutes to spare, or by the active deadline and ten minutes where nothing is expected.")]
    public DateTimeOffset? CompleteBy { get; init; }

    [Description("Clean enough: the run starts at once where its expected mean intensity is at or below this, in grams of CO2 equivalent per kWh.")]
    [Range(0, 3000)]
    public int? StartBelowGramsPerKwh { get; init; }
}
