using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>Steps in which the canary gets copies of requests and nothing else: it is judged by what it makes of them, and no client sees its answers.</summary>
public static class CanaryShadow
{
    /// <summary>What sees copies, for messages.</summary>
    internal const string Sighted = "ErrorRate, Latency, PredictionDrift, Web, Job, and Query, Auc or CarbonPer1000Predictions with a query of your own that is not about modelop_gateway_requests";

    /// <summary>True when copies are all that the steps up to this one give the canary.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="index">Index of the last step that has begun.</param>
    public static bool Is(IReadOnlyList<CanaryStep> steps, int index)
    {
        var (mirror, header) = (0, false);
        for (var i = 0; i <= index && i < steps.Count; i++)
        {
            // Weights never fall.
            if (steps[i].SetWeight > 0)
                return false;
            mirror = steps[i].SetMirrorRoute?.Percentage ?? mirror;
            header = steps[i].SetHeaderRoute is { } route ? route.Match is { Count: > 0 } : header;
        }

        return mirror > 0 && !header;
    }

    /// <summary>True when copies are all that the canary of a status is given.</summary>
    public static bool Is(CanaryDeploymentSpec spec, CanaryDeploymentStatus status) =>
        status.CanaryVersion is not null && !CanaryDefaults.TakesAll(status.Phase) && spec.Strategy?.Steps is { Count: > 0 } && Is(CanaryDefaults.StepsOf(spec), status.StepIndex ?? 0);

    /// <summary>What the canary gets, for people.</summary>
    internal static string Share(CanaryDeploymentSpec spec, CanaryDeploymentStatus status)
    {
        var weights = status.Weights!;
        return Is(spec, status)
            ? string.Create(CultureInfo.InvariantCulture, $"of copies of {weights.MirrorPercentage} % of the requests")
            : string.Create(CultureInfo.InvariantCulture, $"at {weights.Canary} %");
    }

    /// <summary>True for a metric that says something of copies: no client gets their answers, so no truth comes back, and they are no throughput.</summary>
    public static bool Sees(CanaryMetric metric) => metric.Type switch
    {
        CanaryMetricType.Rmse or CanaryMetricType.Throughput => false,
        CanaryMetricType.Auc or CanaryMetricType.CarbonPer1000Predictions when metric.Query is null => false,
        _ => $"{metric.Query} {metric.SamplesQuery}" is var queries
            && (!queries.Contains("modelop_gateway_", StringComparison.Ordinal) || queries.Contains("modelop_gateway_mirror_", StringComparison.Ordinal)),
    };
}
