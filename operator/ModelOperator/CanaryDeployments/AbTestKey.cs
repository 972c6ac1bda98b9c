using System.Security.Cryptography;
using System.Text;

namespace ModelOperator.CanaryDeployments;

/// <summary>Whether a spec still asks for the test that is under way.</summary>
public static class AbTestKey
{
    /// <summary>Hash of what the numbers rest on: arms, cohort, metrics and alpha. Durations, minSamples and autoPromote may change on the way.</summary>
    public static string? Of(CanaryDeploymentSpec spec)
    {
        if (spec.Strategy?.AbTest is not { } test)
            return null;
        var text = string.Join('\n', [
            .. test.Arms.Select(arm => $"{arm.Name} {arm.VersionRef.Name} {arm.Weight}"),
            $"{test.Cohort.Header} {test.Cohort.Cookie}",
            .. test.Metrics.Select(metric => $"{metric.Name} {metric.Type} {metric.Event} {metric.Harm}"),
            test.Alpha,
        ]);
        return "v1:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    /// <summary>True when what is under way is what the spec asks for; of two plain canaries always.</summary>
    public static bool IsSame(CanaryContext c) => Of(c.Spec) == (c.Status.CanaryVersion is null ? null : c.Status.Experiment?.Key);
}
