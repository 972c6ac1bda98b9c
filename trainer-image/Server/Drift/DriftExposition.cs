using ModelOperator.Server.Metrics;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Drift;

/// <summary>What /metrics says about the live values of a model's features.</summary>
internal sealed class DriftExposition(ServerOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private (FeatureDrift Of, DriftWindow Window)? _window;

    internal void Write(Exposition text, ServedModel model, (string Name, string Value)[] version)
    {
        var drift = model.Drift;
        var counts = drift.Read();
        Bins(text, drift, counts, version);
        Ranges(text, drift, counts, version);
        text.Family("modelop_feature_unknown_categories_total", "counter", "Live values of no category that training had, refused ones among them.");
        foreach (var feature in drift.Features.Where(static feature => !feature.IsNumber))
            text.Sample("modelop_feature_unknown_categories_total", model.Rows.Features[feature.Column].UnknownSeen, [.. version, ("feature", feature.Name)]);
        // Derived features stand behind those that clients send.
        text.Family("modelop_feature_missing_refused_total", "counter", "Live rows that were refused for lack of a value that no training row lacked.");
        foreach (var feature in drift.Features.Where(feature => feature.Column < model.Rows.Columns && !model.Rows.Features[feature.Column].AllowsMissing))
            text.Sample("modelop_feature_missing_refused_total", model.Rows.Features[feature.Column].MissingRefused, [.. version, ("feature", feature.Name)]);
        Window(text, drift, WindowOf(drift).Since(counts), version);
        text.Family("modelop_features_not_counted", "gauge", "Features whose live values are not counted: without a profile, or beyond the 64 most important ones.");
        text.Sample("modelop_features_not_counted", drift.Left, version);
    }

    // A model's window begins when it is first asked for.
    private DriftWindow WindowOf(FeatureDrift drift)
    {
        lock (_lock)
        {
            if (_window is not { } window || window.Of != drift)
                _window = window = (drift, new DriftWindow(options.DriftWindow, time, drift.Length));
            return window.Window;
        }
    }

    private static void Bins(Exposition text, FeatureDrift drift, long[] counts, (string, string)[] version)
    {
        text.Family("modelop_feature_values_total", "counter", "Predicted rows by the bin of the training profile that the feature's value is in.");
        foreach (var feature in drift.Features)
        {
            for (var bin = 0; bin < feature.Labels.Length; bin++)
                text.Sample("modelop_feature_values_total", counts[feature.Offset + bin], [.. version, ("feature", feature.Name), ("bin", feature.Labels[bin])]);
        }

        text.Family("modelop_feature_training_share", "gauge", "Share of the training rows in each bin.");
        foreach (var feature in drift.Features)
        {
            for (var bin = 0; bin < feature.Labels.Length; bin++)
                text.Sample("modelop_feature_training_share", feature.Shares[bin], [.. version, ("feature", feature.Name), ("bin", feature.Labels[bin])]);
        }
    }

    private static void Ranges(Exposition text, FeatureDrift drift, long[] counts, (string, string)[] version)
    {
        text.Family("modelop_feature_out_of_range_total", "counter", "Live values below the least or above the greatest that training saw.");
        foreach (var feature in drift.Features.Where(static feature => feature.IsNumber))
        {
            text.Sample("modelop_feature_out_of_range_total", counts[feature.Below], [.. version, ("feature", feature.Name), ("side", "below")]);
            text.Sample("modelop_feature_out_of_range_total", counts[feature.Above], [.. version, ("feature", feature.Name), ("side", "above")]);
        }
    }

    // Nothing is said of a window without rows: that nobody asked is not that nothing drifted.
    private static void Window(Exposition text, FeatureDrift drift, long[] counts, (string, string)[] version)
    {
        var rows = drift.Features is [var first, ..] ? counts.AsSpan(first.Offset, first.Labels.Length).ToArray().Sum() : 0;
        text.Family("modelop_drift_window_rows", "gauge", "Rows of the window that psi and ks are about.").Sample("modelop_drift_window_rows", rows, version);
        text.Family("modelop_feature_psi", "gauge", "Population stability index of the window's values against the training's, by this replica.");
        foreach (var feature in drift.Features.Where(_ => rows > 0))
            text.Sample("modelop_feature_psi", DriftStatistics.StabilityIndex(Live(feature, counts, 0), feature.Shares), [.. version, ("feature", feature.Name)]);
        text.Family("modelop_feature_ks", "gauge", "Kolmogorov-Smirnov statistic of the window's numbers against the training's, at the bounds of the bins, by this replica.");
        // A window without a single number of a feature has no distribution of them.
        foreach (var (feature, live) in drift.Features.Where(static feature => feature.IsNumber).Select(feature => (feature, Live(feature, counts, 1))).Where(static pair => pair.Item2.Sum() > 0))
            text.Sample("modelop_feature_ks", DriftStatistics.KolmogorovSmirnov(live, feature.PresentShares), [.. version, ("feature", feature.Name)]);
    }

    // Without the last so many bins.
    private static double[] Live(FeatureBinning feature, long[] counts, int without) =>
        DriftStatistics.Shares(counts.AsSpan(feature.Offset, feature.Labels.Length - without));
}
