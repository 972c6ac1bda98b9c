using System.Globalization;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Metrics;
using ModelOperator.Server.PredictionLogs;
using ModelOperator.Server.Predictions;

namespace ModelOperator.Server.Feedback;

/// <summary>Compares truths with the predictions that their ids carry.</summary>
internal sealed class FeedbackJudge(PredictionIds ids, VersionMetrics metrics, PredictionLog log)
{
    private const int Window = 1 << 16;

    private readonly RecentSet _recent = new(Window);

    /// <summary>Counts one truth, once; one that came before is handed over again where its request waits until it is kept.</summary>
    /// <returns>Null, or why it was not counted: malformed, version, checksum, truth or duplicate.</returns>
    internal string? Judge(FeedbackItem item, TargetDocument target, TruthReceipt? receipt = null)
    {
        var reason = ids.Refuse(item.Id, out var prediction);
        double truth = 0;
        if (reason is null && !TryTruth(item, target, out truth))
            reason = "truth";
        if (reason is null && !_recent.Add(prediction.Nonce))
        {
            reason = "duplicate";
            if (receipt is not null)
                log.TakeTruth(item.Id, truth, target, receipt);
        }

        if (reason is not null)
        {
            metrics.FeedbackRejected(reason);
            return reason;
        }

        metrics.FeedbackAccepted(SquaredError(prediction.Prediction, truth, target.Type));
        if (target.Type == TargetType.Binary)
            metrics.Scores((int)truth).Observe(prediction.Prediction);
        log.TakeTruth(item.Id, truth, target, receipt);
        return null;
    }

    // Binary: the Brier score. Multiclass: 1 for a wrong class and 0 for the right one.
    private static double SquaredError(double prediction, double truth, TargetType type) =>
        type == TargetType.Multiclass ? (prediction == truth ? 0 : 1) : (prediction - truth) * (prediction - truth);

    // The truth of a target of classes is a label, or the number that a label is; of two labels that are no numbers it may be 0 for the first and 1 for the second.
    private static bool TryTruth(FeedbackItem item, TargetDocument target, out double truth)
    {
        truth = item.Number ?? 0;
        if (target.Type == TargetType.Regression)
            return item.Number is { } number && double.IsFinite(number) && Math.Abs(number) <= float.MaxValue;
        var labels = target.Classes!;
        if (item.Flag is { } flag)
            return (truth = target.Type == TargetType.Binary ? PositionOf(flag, labels) : -1) >= 0;
        if (item.Label is null && target.Type == TargetType.Binary && !labels.Exists(static label => NumberOf(label) is not null))
            return truth is 0 or 1;
        truth = item.Label is { } given ? labels.IndexOf(given) : labels.FindIndex(label => NumberOf(label) == item.Number);
        return truth >= 0;
    }

    // By their words; else by 0 and 1; else, where the labels are no numbers, true is the second.
    private static int PositionOf(bool flag, List<string> labels)
    {
        if (labels.Exists(static label => bool.TryParse(label, out _)))
            return labels.FindIndex(label => bool.TryParse(label, out var means) && means == flag);
        return labels.TrueForAll(static label => NumberOf(label) is 0 or 1) ? labels.FindIndex(label => NumberOf(label) == (flag ? 1 : 0))
            : labels.Exists(static label => NumberOf(label) is not null) ? -1
            : flag ? 1 : 0;
    }

    private static double? NumberOf(string label) =>
        double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
