namespace ModelOperator.CanaryDeployments;

/// <summary>
/// How many replicas there should be. Pure. As in a HorizontalPodAutoscaler: within a tenth of the target nothing changes, at most twice as many or four more at once, and fewer only as
/// the most that were wanted within the scale-down window allow. As in Knative: averages over a minute, and at once what the last seconds show when that is twice what there is.
/// </summary>
public static class CanaryAutoscaler
{
    /// <summary>Time between two rises.</summary>
    public static readonly TimeSpan BetweenRises = TimeSpan.FromSeconds(15);

    /// <summary>A tenth, and what rounding adds to it.</summary>
    private const double Tolerance = 0.1 + 1e-9;
    private const double Sudden = 2;

    /// <summary>Replicas that the load asks for, within the bounds; at least one.</summary>
    public static int Wanted(ServerAutoscale autoscale, int now, CanaryLoad load)
    {
        var steady = Ratio(autoscale, load.Concurrency, load.RequestsPerSecond);
        var sudden = Ratio(autoscale, load.RecentConcurrency, load.RecentRequestsPerSecond);
        // Requests that wait have not been worked on yet, so no average knows of them.
        var waiting = Ratio(autoscale, load.Held, 0);
        var wanted = Math.Max(Near(steady, now), Math.Max(sudden >= Sudden * now ? Ceiling(sudden) : 0, Ceiling(waiting)));
        return Math.Clamp(wanted, Least(autoscale), Most(autoscale));
    }

    /// <summary>Replicas that there should be next; at least one.</summary>
    /// <param name="autoscale">The user's bounds and targets.</param>
    /// <param name="now">Replicas that there are.</param>
    /// <param name="wanted">What <see cref="Wanted"/> says.</param>
    /// <param name="load">What there is to do.</param>
    /// <param name="sinceScaled">Time since the replicas were changed; null when they never were.</param>
    public static int Next(ServerAutoscale autoscale, int now, int wanted, CanaryLoad? load, TimeSpan? sinceScaled)
    {
        // Bounds are the user's word: they hold at once.
        var bounded = Math.Clamp(now, Least(autoscale), Most(autoscale));
        if (bounded != now || load is null)
            return bounded;
        if (wanted > now)
            return sinceScaled < BetweenRises ? now : Math.Min(wanted, Math.Max(2 * now, now + 4));
        // What is not known may be more: only what was seen all the time makes them fewer.
        return load is { Answered: true, Whole: true, Peak: { } peak } ? Math.Min(now, Math.Max(wanted, peak)) : now;
    }

    private static int Least(ServerAutoscale autoscale) => Math.Max(1, autoscale.MinReplicas);

    private static int Most(ServerAutoscale autoscale) => Math.Max(Least(autoscale), autoscale.MaxReplicas);

    private static double Ratio(ServerAutoscale autoscale, double concurrency, double rate) => Math.Max(
        autoscale.TargetInFlight is { } inFlight ? concurrency / inFlight : 0, autoscale.TargetRequestsPerSecond is { } perSecond ? rate / perSecond : 0);

    private static int Near(double ratio, int now) => now > 0 && Math.Abs((ratio / now) - 1) <= Tolerance ? now : Ceiling(ratio);

    private static int Ceiling(double ratio) => (int)Math.Min(1000, Math.Ceiling(ratio));
}
