using System.Globalization;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns;

/// <summary>Checks a trainer's report and turns it into progress. Pure.</summary>
public static class TrainingStatusReports
{
    private const int MostMetrics = 256;
    private const int LongestName = 128;

    /// <summary>The progress, or null with what is wrong.</summary>
    public static TrainingProgress? Read(TrainerStatus report, DateTimeOffset now, out string? problem)
    {
        problem = report switch
        {
            { ProgressPercentage: < 0 or > 100 } => "trainerStatus.progressPercentage must be 0 to 100",
            { EstimatedRemainingSeconds: < 0 } => "trainerStatus.estimatedRemainingSeconds must not be negative",
            { Metrics.Count: > MostMetrics } => "trainerStatus.metrics has more than 256 entries",
            _ => (report.Metrics ?? []).Select(Problem).FirstOrDefault(p => p is not null),
        };
        if (problem is not null)
            return null;
        return new TrainingProgress
        {
            Percentage = report.ProgressPercentage,
            RemainingSeconds = report.EstimatedRemainingSeconds,
            Metrics = report.Metrics is { Count: > 0 } metrics ? [.. metrics.Select(m => new NamedValue { Name = m.Name!, Value = m.Value! })] : null,
            LastUpdatedTime = now,
        };
    }

    /// <summary>Progress as a report, for an endpoint that reads it back with <see cref="Read"/>.</summary>
    public static TrainingStatusReport Write(TrainingProgress progress) => new()
    {
        TrainerStatus = new TrainerStatus
        {
            ProgressPercentage = progress.Percentage,
            EstimatedRemainingSeconds = progress.RemainingSeconds,
            Metrics = progress.Metrics?.Select(static m => new TrainerMetric { Name = m.Name, Value = m.Value }).ToList(),
        },
    };

    private static string? Problem(TrainerMetric metric)
    {
        if (metric.Name is not { Length: > 0 and <= LongestName })
            return "trainerStatus.metrics[].name must have 1 to 128 characters";
        return double.TryParse(metric.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? null
            : $"trainerStatus.metrics[].value of {metric.Name} must be a number as text";
    }
}
