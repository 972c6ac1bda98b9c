using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>Rules about the log of predictions.</summary>
public static partial class CanaryValidation
{
    private const int LongestFeature = 256;

    private static void PredictionLog(CanaryDeploymentSpec spec, List<string> problems)
    {
        if (spec.Server?.PredictionLog is not { } log)
            return;
        if (DecimalText.Parse(log.SampleRate) is not (>= 0 and <= 1))
            problems.Add($"spec.server.predictionLog.sampleRate: \"{CanaryText.Cut(log.SampleRate ?? "", 64)}\" is not allowed; it must be a number from 0 to 1, as text.");
        if (log.Redact is not { } names)
            return;
        if (names.Count > ServerPredictionLog.MostRedacted)
            problems.Add(Text($"spec.server.predictionLog.redact: has {names.Count} names; allowed are {ServerPredictionLog.MostRedacted}."));
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
        {
            if (string.IsNullOrEmpty(name) || name.Length > LongestFeature || names.Take(i).Contains(name, StringComparer.Ordinal))
                problems.Add(Text($"spec.server.predictionLog.redact[{i}]: \"{CanaryText.Cut(name ?? "", 64)}\" is empty, longer than {LongestFeature} characters or named twice."));
        }
    }
}
