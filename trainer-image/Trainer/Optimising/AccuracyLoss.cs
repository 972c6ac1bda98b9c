using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Optimising;

/// <summary>What a variant is worse by.</summary>
internal static class AccuracyLoss
{
    /// <summary>
    /// Of a number (rmse after - rmse before) / rmse before, 1 where there was no error before and there is one after; of classes the larger of what accuracy and auc
    /// fell by. Below 0 where the variant is better.
    /// </summary>
    /// <param name="target">The target's type.</param>
    /// <param name="before">Scores of the original, see <see cref="Learning.Scores"/>.</param>
    /// <param name="after">Scores of the variant on the same rows.</param>
    internal static double Of(TargetType target, IReadOnlyDictionary<string, double> before, IReadOnlyDictionary<string, double> after)
    {
        if (target == TargetType.Regression)
            return before["rmse"] > 0 ? (after["rmse"] - before["rmse"]) / before["rmse"] : after["rmse"] > 0 ? 1 : 0;
        var accuracy = before["accuracy"] - after["accuracy"];
        return before.TryGetValue("auc", out var had) ? Math.Max(accuracy, had - after["auc"]) : accuracy;
    }

    /// <summary>The same in words.</summary>
    internal static string Words(TargetType target) => target == TargetType.Regression
        ? "share by which validation_rmse grew"
        : "what validation_accuracy or validation_auc fell by, the larger of both";
}
