using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns;

/// <summary>Two clocks, so that waiting for a GPU never eats the training time.</summary>
public sealed record TrainingDeadlines
{
    [Description("Seconds from the Pod's creation until the trainer must have started.")]
    [Range(1, 31536000)]
    [DefaultValue(7200)]
    public int StartSeconds { get; set; } = 7200;

    [Description("Seconds that the trainer may run, summed over attempts.")]
    [Range(1, 31536000)]
    [DefaultValue(86400)]
    public int ActiveSeconds { get; set; } = 86400;
}
