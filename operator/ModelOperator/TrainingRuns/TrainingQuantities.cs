using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>Amounts out of a run's resources: limits first, then requests. Texts that are no quantity count as absent; validation names them.</summary>
public static class TrainingQuantities
{
    /// <summary>Prefix of GPU resources.</summary>
    public const string GpuPrefix = "nvidia.com/";

    private const double BytesPerGibibyte = 1024.0 * 1024 * 1024;

    /// <summary>CPU cores, or null when none are named.</summary>
    public static double? CpuCores(TrainingResources? resources) => (double?)Find(resources, "cpu");

    /// <summary>Memory in GiB, 0 when none is named.</summary>
    public static double MemoryGibibytes(TrainingResources? resources) => (double)(Find(resources, "memory") ?? 0) / BytesPerGibibyte;

    /// <summary>GPUs of any nvidia.com/* resource; a MIG slice counts as one.</summary>
    public static int Gpus(TrainingResources? resources) => (int)Math.Min(
        (resources?.Limits ?? new Dictionary<string, string>())
            .Where(p => p.Key.StartsWith(GpuPrefix, StringComparison.Ordinal))
            .Sum(p => TryParse(p.Value) ?? 0),
        int.MaxValue);

    /// <summary>The amount, or null when the text is no quantity.</summary>
    public static decimal? TryParse(string? text)
    {
        try
        {
            return text is null ? null : new Quantity(text).Value;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>What is set aside for the trainer: the request, which is the limit where it is absent; null when none is named.</summary>
    public static decimal? Requested(TrainingResources? resources, string name) =>
        TryParse(resources?.Requests?.GetValueOrDefault(name)) ?? TryParse(resources?.Limits?.GetValueOrDefault(name));

    private static decimal? Find(TrainingResources? resources, string name) =>
        TryParse(resources?.Limits?.GetValueOrDefault(name)) ?? TryParse(resources?.Requests?.GetValueOrDefault(name));
}
