using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Carbon.Budgets;
using ModelOperator.CarbonBudgets;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Where a run at work stands: what it has burnt over its life, and what it will have burnt at its end by the progress that its trainer reports. Without
/// a report nothing is known about the end, and only what is burnt counts. Pure.
/// </summary>
/// <param name="Used">Burnt over all attempts.</param>
/// <param name="Current">Of it in the attempt under way.</param>
/// <param name="Elapsed">How long that attempt has trained.</param>
/// <param name="RemainingSeconds">Until the end by the trainer's report; null without one.</param>
/// <param name="GraceSeconds">What a trainer may take to save its state.</param>
/// <param name="Basis">In words.</param>
public sealed record TrainingRunOutlook(
    BudgetAmount Used, BudgetAmount Current, TimeSpan Elapsed, double? RemainingSeconds, int GraceSeconds, string Basis)
{
    /// <summary>A share that is smaller says nothing about the whole: it is a whole number, and the first minutes of a training are unlike the rest.</summary>
    private const int LeastPercentage = 5;

    /// <summary>Still to come: until the end, or at least until its state is saved.</summary>
    public BudgetAmount Remaining => Over(RemainingSeconds ?? GraceSeconds);

    /// <summary>At the end.</summary>
    public BudgetAmount Projected => Used + Remaining;

    /// <summary>When it is told to stop now and takes all of its grace.</summary>
    public BudgetAmount WhenStopped => Used + Over(Math.Min(RemainingSeconds ?? GraceSeconds, GraceSeconds));

    /// <summary>The outlook of an attempt that has trained for so long and used so much.</summary>
    public static TrainingRunOutlook Of(V1TrainingRun run, TrainingProgress? progress, EnergyRecord current, DateTimeOffset started, DateTimeOffset now)
    {
        var amount = CarbonBudgetLedgers.AmountOf(current);
        var (seconds, words) = Remains(run, progress, started, now);
        return new(
            CarbonBudgetLedgers.AmountOf(run.Status?.Energy) + amount, amount, now - started, seconds,
            TrainingCheckpoints.GraceSeconds(run.Spec), $"{words}; {current.Method}.");
    }

    /// <summary>How long the power of this attempt takes to burn an amount; null when it burns nothing of the kind.</summary>
    public TimeSpan? TimeFor(BudgetAmount amount)
    {
        var shares = new List<double>();
        if (Current.Emissions.Milligrams > 0)
            shares.Add((double)amount.Emissions.Milligrams / Current.Emissions.Milligrams);
        if (Current.Energy.MilliwattHours > 0)
            shares.Add((double)amount.Energy.MilliwattHours / Current.Energy.MilliwattHours);
        return shares.Count == 0 ? null : TimeSpan.FromSeconds(Math.Min(shares.Min() * Elapsed.TotalSeconds, TimeSpan.FromDays(365).TotalSeconds));
    }

    /// <summary>Until the end by the trainer's report; null without one.</summary>
    internal static double? RestByReport(V1TrainingRun run, TrainingProgress? progress, DateTimeOffset started, DateTimeOffset now) => Remains(run, progress, started, now).Seconds;

    private static (double? Seconds, string Words) Remains(V1TrainingRun run, TrainingProgress? progress, DateTimeOffset started, DateTimeOffset now)
    {
        if (progress is not { LastUpdatedTime: { } at } || at < started)
            return (null, "No progress is reported: what is burnt counts alone");
        var age = Math.Max(0, (now - at).TotalSeconds);
        // A run that went on from a checkpoint reports the share of the whole work, not of the attempt.
        var before = run.Status?.Checkpoint is null ? 0 : run.Status.Attempts?.ActiveSeconds ?? 0;
        var trained = before + (at - started).TotalSeconds;
        double? left = progress switch
        {
            { RemainingSeconds: { } seconds } => seconds,
            { Percentage: { } percent and >= LeastPercentage } => trained * (100 - percent) / percent,
            _ => null,
        };
        if (left is not { } remaining)
            return (null, "Too little progress is reported: what is burnt counts alone");
        var most = Math.Max(0, (run.Spec.Deadlines ?? new()).ActiveSeconds - (run.Status?.Attempts?.ActiveSeconds ?? 0) - (now - started).TotalSeconds);
        var rest = Math.Min(Math.Max(0, remaining - age), most);
        return (rest, string.Create(CultureInfo.InvariantCulture, $"Trained for {Math.Round(trained + age)} s, {Math.Round(rest)} s to go by the trainer's report"));
    }

    private BudgetAmount Over(double seconds)
    {
        var share = seconds / Elapsed.TotalSeconds;
        return new(new(Up(Current.Emissions.Milligrams * share)), new(Up(Current.Energy.MilliwattHours * share)));
    }

    private static long Up(double units) => (long)Math.Ceiling(Math.Min(units, BudgetLedger.MaxUnits));
}
