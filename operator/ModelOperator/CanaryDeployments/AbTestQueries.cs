using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>PromQL of an A/B test's counts, since the measurement began.</summary>
public static class AbTestQueries
{
    /// <summary>Users seen by an arm.</summary>
    public static string Users(V1CanaryDeployment canary, AbTestArmStatus arm, TimeSpan since) => Of("exposures_total", canary, arm, since, "");

    /// <summary>Users with the metric's event, and for a mean value the sum and the squares of their first values.</summary>
    public static IEnumerable<string> Metric(V1CanaryDeployment canary, AbTestArmStatus arm, AbTestMetric metric, TimeSpan since)
    {
        var label = $",event=\"{metric.Event}\"";
        return metric.Type == AbTestMetricType.MeanValue
            ? [Of("conversions_total", canary, arm, since, label), Of("value_sum", canary, arm, since, label), Of("value_squares", canary, arm, since, label)]
            : [Of("conversions_total", canary, arm, since, label)];
    }

    private static string Of(string series, V1CanaryDeployment canary, AbTestArmStatus arm, TimeSpan since, string more)
    {
        var labels = $"namespace=\"{canary.Metadata.NamespaceProperty}\",canary=\"{canary.Metadata.Name}\",version=\"{arm.Version}\",arm=\"{arm.Name}\"{more}";
        return string.Create(CultureInfo.InvariantCulture, $"sum(increase(modelop_gateway_experiment_{series}{{{labels}}}[{Math.Max(5, (long)Math.Ceiling(since.TotalSeconds))}s]))");
    }
}
