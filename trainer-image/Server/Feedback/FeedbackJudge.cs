using ModelOperator.ModelFormat;
using ModelOperator.Server.Metrics;
using ModelOperator.Server.Predictions;

namespace ModelOperator.Server.Feedback;

/// <summary>Compares truths with the predictions that their ids carry.</summary>
internal sealed class FeedbackJudge(PredictionIds ids, ServerMetrics metrics)
{
    private const int Window = 1 << 16;

    private readonly RecentSet _recent = new(Window);

    /// <summary>Counts one truth.</summary>
    /// <returns>Null, or why it was not counted: malformed, version, checksum, truth or duplicate.</returns>
    internal string? Judge(FeedbackItem item, TargetDocument target)
    {
        var reason = ids.Refuse(item.Id, out var prediction);
        double truth = 0;
        if (reason is null && !TryTruth(item, target, out truth))
            reason = "truth";
        if (reason is null && !_recent.Add(prediction.Nonce))
            reason = "duplicate";
        if (reason is not null)
        {
            metrics.FeedbackRejected(reason);
            return reason;
        }

        metrics.FeedbackAccepted((prediction.Prediction - truth) * (prediction.Prediction - truth));
        if (target.Type != TargetType.Regression)
            metrics.Scores((int)truth).Observe(prediction.Prediction);
        return null;
    }

    // A Binary target's truth is 0 or 1 or one of the labels; its squared error is then the Brier score.
    private static bool TryTruth(FeedbackItem item, TargetDocument target, out double truth)
    {
        truth = item.Number ?? 0;
        if (target.Type == TargetType.Regression)
            return item.Number is { } number && double.IsFinite(number) && Math.Abs(number) <= float.MaxValue;
        if (item.Label is not { } label)
            return truth is 0 or 1;
        truth = target.Classes!.IndexOf(label);
        return truth >= 0;
    }
}
