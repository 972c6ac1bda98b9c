namespace ModelOperator.CarbonBench;

/// <summary>Work of so many hours that may be put off by so many.</summary>
/// <param name="Hours">Work.</param>
/// <param name="Slack">Longest delay of the end.</param>
internal sealed record Job(int Hours, int Slack)
{
    internal int Window => Hours + Slack;

    /// <summary>Hours between two arrivals; long jobs overlap so much that fewer of them say the same, at every hour of the day.</summary>
    internal int Step => Hours >= 48 ? 49 : 1;

    public override string ToString() => $"{Hours}+{Slack}";
}
