using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>PromQL over all replicas of a version that are a CanaryDeployment's: each counts its own rows by the bins of the training profile.</summary>
public static class CanaryDriftQueries
{
    // As in the model server: an empty bin is no infinity.
    private const string LeastShare = "0.0001";

    /// <summary>Population stability index by feature, sum of (p - q) ln(p / q) over bins.</summary>
    /// <param name="space">Namespace.</param>
    /// <param name="canary">Name of the CanaryDeployment.</param>
    /// <param name="version">ModelVersion.</param>
    /// <param name="window">Seconds that are looked back on.</param>
    public static string Indexes(string space, string canary, string version, int window)
    {
        var counts = Counts(space, canary, version, window);
        var live = $"clamp_min(sum by (feature, bin) ({counts}) / on (feature) group_left () sum by (feature) ({counts}), {LeastShare})";
        // Over the window as the counts are: servers that were scaled to zero since have counted, and no present series.
        var training = $"clamp_min(max by (feature, bin) (max_over_time(modelop_feature_training_share{{{CanaryQueries.Servers(space, canary, version)}}}[{Seconds(window)}])), {LeastShare})";
        return $"sum by (feature) (({live} - {training}) * ln({live} / {training}))";
    }

    /// <summary>Rows in the window; every row counts once for each feature.</summary>
    /// <param name="space">Namespace.</param>
    /// <param name="canary">Name of the CanaryDeployment.</param>
    /// <param name="version">ModelVersion.</param>
    /// <param name="window">Seconds that are looked back on.</param>
    public static string Rows(string space, string canary, string version, int window) => $"max(sum by (feature) ({Counts(space, canary, version, window)}))";

    private static string Counts(string space, string canary, string version, int window) =>
        $"increase(modelop_feature_values_total{{{CanaryQueries.Servers(space, canary, version)}}}[{Seconds(window)}])";

    private static string Seconds(int window) => string.Create(CultureInfo.InvariantCulture, $"{window}s");
}
