using System.Collections.Immutable;

namespace ModelOperator.Gateway.Routing;

/// <summary>A checked route table. Immutable, except for the split's position and the arms' counters.</summary>
/// <param name="Revision">Hash given by the operator.</param>
/// <param name="Canary">The canary, <c>namespace/name</c>.</param>
/// <param name="Arms">Arms, the stable one first.</param>
/// <param name="Split">Chooses an arm for a request without a cohort key; null when no arm has weight.</param>
/// <param name="Sticky">Chooses an arm by cohort key; null for a plain split.</param>
/// <param name="Mirror">Shadow traffic; null for none.</param>
public sealed record RouteTable(
    string Revision, CanaryName Canary, ImmutableArray<Arm> Arms, WeightedSplit? Split, StickyCohorts? Sticky, Mirror? Mirror)
{
    /// <summary>A/B test over the arms; null for none.</summary>
    public Experiment? Experiment { get; init; }
    /// <summary>Header routes, looked at before cohorts and weights.</summary>
    public ImmutableArray<HeaderRoute> Headers { get; init; } = [];

    /// <summary>The arm that serves a version; null when none does.</summary>
    public Arm? ByVersion(ReadOnlySpan<char> version)
    {
        foreach (var arm in Arms)
            if (version.SequenceEqual(arm.Version))
                return arm;
        return null;
    }
}
