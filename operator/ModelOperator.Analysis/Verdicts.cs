namespace ModelOperator.Analysis;

/// <summary>The one precedence of verdicts, for measurements, metrics and analyses alike.</summary>
public static class Verdicts
{
    /// <summary>Rank of a verdict, 0 (best) to 6 (worst): Successful, Running, Pending, NoData, Inconclusive, Error, Failed.</summary>
    public static int Severity(this Verdict verdict) => verdict switch
    {
        Verdict.Successful => 0,
        Verdict.Running => 1,
        Verdict.Pending => 2,
        Verdict.NoData => 3,
        Verdict.Inconclusive => 4,
        Verdict.Error => 5,
        Verdict.Failed => 6,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "no such verdict"),
    };

    /// <summary>The worse of two verdicts.</summary>
    public static Verdict Worse(Verdict left, Verdict right) => left.Severity() >= right.Severity() ? left : right;

    /// <summary>True when more measurements can still change the verdict of a metric or an analysis.</summary>
    public static bool IsOpen(this Verdict verdict) => verdict is Verdict.Pending or Verdict.Running;

    /// <summary>True for verdicts that end a metric or an analysis.</summary>
    public static bool IsConcluded(this Verdict verdict) => !verdict.IsOpen();
}
