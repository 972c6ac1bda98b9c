using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>Rules about drift.</summary>
public static partial class CanaryValidation
{
    /// <summary>Whether what is asked for can be looked at.</summary>
    internal static bool HasSoundDrift(CanaryDeploymentSpec spec)
    {
        List<string> problems = [];
        Drift(spec, problems);
        return problems.Count == 0;
    }

    private static void Drift(CanaryDeploymentSpec spec, List<string> problems)
    {
        if (spec.Drift is not { } drift)
            return;
        if (DecimalText.Parse(drift.Threshold) is not (> 0 and <= 100))
            problems.Add($"spec.drift.threshold: \"{CanaryText.Cut(drift.Threshold, 64)}\" is not allowed; it must be a number above 0, at most 100.");
        Within("spec.drift.windowSeconds", drift.WindowSeconds, 60, Month, problems);
        Within("spec.drift.intervalSeconds", drift.IntervalSeconds, 10, Day, problems);
        Within("spec.drift.minRows", drift.MinRows, 1, 1_000_000_000, problems, "rows");
        if (drift.Features is not { } features)
            return;
        if (features.Count is 0 or > 64)
            problems.Add(Text($"spec.drift.features: has {features.Count} names; allowed are 1 to 64, or no list for all features."));
        foreach (var (feature, i) in features.Select((feature, i) => (feature, i)))
            if (string.IsNullOrEmpty(feature) || features.Take(i).Contains(feature, StringComparer.Ordinal))
                problems.Add(Text($"spec.drift.features[{i}]: \"{CanaryText.Cut(feature, 64)}\" is empty or named twice."));
    }
}
