using System.Text.Json.Serialization;

namespace ModelOperator.Trainer.Output;

/// <summary>What the training took.</summary>
public sealed class ResultUsage
{
    /// <summary>Processor time of the process, user and system, all threads.</summary>
    public double CpuSeconds { get; set; }

    public double WallSeconds { get; set; }

    /// <summary>Always null: this trainer does not read a GPU's energy counter, and none is invented.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? GpuJoules { get; set; }

    /// <summary>Highest resident set of the process.</summary>
    public long PeakMemoryBytes { get; set; }
}
