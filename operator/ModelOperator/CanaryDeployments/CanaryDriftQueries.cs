using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>PromQL over all replicas of a version: each counts its own rows by the bins of the training profile.</summary>
internal static class CanaryDriftQueries
{
    // As in the model server: an empty bin is no infinity.
    private const string LeastShare = "0.0001";

    /// <summary>Population stability index by feature, sum of (p - q) ln(p / q) over bins.</summary>
    public static string Indexes(string space, string version, int window)
    {
        var counts = Counts(space, version, window);
        var live = $"clamp_min(sum by (feature, bin) ({counts}) / on (feature) group_left () sum by (feature) ({counts}), {LeastShare})";
        var training = $"clamp_min(max by (feature, bin) (modelop_feature_training_share{{{Labels(space, version)}}}), {LeastShare})";
        return $"sum by (feature) (({live} - {training}) * ln({live} / {training}))";
    }

    /// <summary>Rows in the window; every row counts once for each feature.</summary>
    public static string Rows(string space, string version, int window) => $"max(sum by (feature) ({Counts(space, version, window)}))";

    private static string Counts(string space, string version, int window) =>
        string.Create(CultureInfo.InvariantCulture, $"increase(modelop_feature_values_total{{{Labels(space, version)}}}[{window}s])");

    private static string Labels(string space, string version) => $"namespace=\"{space}\",version=\"{version}\"";
}
