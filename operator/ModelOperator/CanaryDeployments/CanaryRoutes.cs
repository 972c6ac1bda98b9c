using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>What the canary gets besides its weight: copies of requests, and requests with a header. It ends with the canary, however that ends.</summary>
public static class CanaryRoutes
{
    /// <summary>Most headers of one route.</summary>
    public const int MostMatches = 8;

    /// <summary>A header's name.</summary>
    internal const string HeaderName = "^[A-Za-z][-A-Za-z0-9]*$";

    /// <summary>What JSON and every router take as it is.</summary>
    internal const string HeaderText = "^[A-Za-z0-9 ._~:/@=,;*-]+$";

    /// <summary>The steps that have begun.</summary>
    internal static IEnumerable<CanaryStep> UpTo(IReadOnlyList<CanaryStep> steps, CanaryDeploymentStatus status) => steps.Take((status.StepIndex ?? 0) + 1);

    /// <summary>True for a step that waits; the others end as soon as what they ask for is in force.</summary>
    internal static bool Waits(CanaryStep step) => step.Pause is not null || step.Analysis is not null || step.Gate is not null;

    /// <summary>True for a step that gives the canary more than it has.</summary>
    internal static bool Raises(CanaryStep step, CanaryWeights now) =>
        step.SetWeight > now.Canary || step.SetHeaderRoute is { Match.Count: > 0 } || step.SetMirrorRoute?.Percentage > (now.MirrorPercentage ?? 0);

    /// <summary>The routes that the steps ask for, with a weight; none once the canary takes everything.</summary>
    public static CanaryWeights Wanted(IReadOnlyList<CanaryStep> steps, CanaryDeploymentStatus status)
    {
        if (status.CanaryVersion is null || CanaryDefaults.TakesAll(status.Phase))
            return new();
        var begun = UpTo(steps, status).ToArray();
        var mirror = begun.LastOrDefault(step => step.SetMirrorRoute is not null)?.SetMirrorRoute?.Percentage;
        var match = begun.LastOrDefault(step => step.SetHeaderRoute is not null)?.SetHeaderRoute?.Match;
        return new() { MirrorPercentage = mirror is > 0 ? mirror : null, Headers = match is { Count: > 0 } ? match : null };
    }

    /// <summary>
    /// The routes that may be in force now, by the rules of weights: none without a Pod that serves (T1), nothing new until all Pods are there (T2).
    /// </summary>
    public static CanaryWeights Allowed(CanaryWeights wanted, CanaryWeights? before, WorkloadView? canary, int replicas)
    {
        if (canary is null || canary.Serving == 0)
            return new();
        return canary.Available >= replicas ? wanted : new()
        {
            MirrorPercentage = Math.Min(wanted.MirrorPercentage ?? 0, before?.MirrorPercentage ?? 0) is > 0 and var less ? less : null,
            Headers = wanted.Headers is null ? null : before?.Headers,
        };
    }

    /// <summary>The status with the routes that may be in force now beside its weights.</summary>
    internal static CanaryDeploymentStatus With(CanaryContext c, CanaryDeploymentStatus status, CanaryWeights wanted)
    {
        var routes = Allowed(wanted, c.Status.Weights, c.Workload(c.Status.CanaryVersion), CanarySize.Replicas(c.Spec, c.Status));
        return status with { Weights = status.Weights! with { MirrorPercentage = routes.MirrorPercentage, Headers = routes.Headers } };
    }

    /// <summary>True when both have the same routes.</summary>
    public static bool Same(CanaryWeights left, CanaryWeights right) =>
        left.MirrorPercentage == right.MirrorPercentage && (left.Headers ?? []).SequenceEqual(right.Headers ?? []);

    /// <summary>What a step that does not wait has done, once it is in force.</summary>
    internal static string? Told(CanaryStep step, CanaryContext c, CanaryDeploymentStatus status)
    {
        var confirmed = c.Seen.Router?.Confirmation ?? "every gateway says so";
        FormattableString? done = step switch
        {
            { SetWeight: 0 } => $"{status.CanaryVersion} is whole beside {status.StableVersion}, without traffic.",
            { SetWeight: { } weight } => $"{status.CanaryVersion} gets {weight} % of the traffic; {confirmed}.",
            { SetMirrorRoute.Percentage: 0 } => $"{status.CanaryVersion} gets no copies of requests any more; {confirmed}.",
            { SetMirrorRoute.Percentage: var percentage } => $"{status.CanaryVersion} gets copies of {percentage} % of the other requests; {confirmed}.",
            { SetHeaderRoute.Match: { Count: > 0 } match } => $"{status.CanaryVersion} gets the requests whose {string.Join(" or ", match.Select(m => m.HeaderName).Distinct())} fits; {confirmed}.",
            { SetHeaderRoute: not null } => $"{status.CanaryVersion} gets no requests by header any more; {confirmed}.",
            { SetCanaryScale: not null } => $"{status.CanaryVersion} has {CanarySize.Replicas(c.Spec, status)} available Pods.",
            _ => null,
        };
        return done?.ToString(CultureInfo.InvariantCulture);
    }
}
