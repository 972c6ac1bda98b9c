namespace ModelOperator.CarbonBench;

/// <summary>Savings of the policies against an immediate start, in percent, over all arrivals of a time.</summary>
/// <param name="Oracle">Who knows the future.</param>
/// <param name="Persistence">Yesterday again.</param>
/// <param name="Ours">The operator's.</param>
/// <param name="WorstMonth">The operator's in its worst month of arrival.</param>
internal sealed record Score(double Oracle, double Persistence, double Ours, double WorstMonth)
{
    internal double Share => 100 * Ours / Oracle;

    internal double PersistenceShare => 100 * Persistence / Oracle;

    /// <summary>Plays all arrivals from an hour on whose work ends before another.</summary>
    internal static Score Play(Trace trace, Job job, bool interruptible, int from, int to)
    {
        var policies = new Policies(trace, job);
        var rows = new List<(int Month, double Immediate, double Oracle, double Persistence, double Ours)>();
        for (var at = from; at + job.Window <= to; at += job.Step)
            rows.Add((Trace.Start.AddHours(at).Month, policies.Immediate(at), policies.Oracle(at, interruptible), policies.Persistence(at, interruptible), policies.Ours(at, interruptible)));
        var immediate = rows.Sum(static r => r.Immediate);
        return new(
            100 * (1 - (rows.Sum(static r => r.Oracle) / immediate)),
            100 * (1 - (rows.Sum(static r => r.Persistence) / immediate)),
            100 * (1 - (rows.Sum(static r => r.Ours) / immediate)),
            rows.GroupBy(static r => r.Month).Min(static g => 100 * (1 - (g.Sum(static r => r.Ours) / g.Sum(static r => r.Immediate)))));
    }
}
