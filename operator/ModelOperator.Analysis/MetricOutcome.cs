namespace ModelOperator.Analysis;

/// <summary>One metric as the verdict of the whole analysis sees it.</summary>
/// <param name="Name">Name of the metric, unique within the analysis.</param>
/// <param name="Verdict">Its verdict.</param>
/// <param name="Reason">Its reason.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="DryRun">True when the metric is watched and never decides.</param>
public sealed record MetricOutcome(string Name, Verdict Verdict, string Reason, string Message, bool DryRun = false)
{
    /// <summary>The outcome that a state stands for.</summary>
    public static MetricOutcome Of(string name, MetricState state, bool dryRun = false) => new(name, state.Verdict, state.Reason, state.Message, dryRun);
}
