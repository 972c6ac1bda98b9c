namespace ModelOperator.Gateway.Routing;

/// <summary>
/// Lays clients out over three or more arms by weighted rendezvous hashing: every arm draws an exponential variable with the rate of its share from the client's
/// hash and the arm's name, and the earliest wins, which happens with probability share / sum of shares. When a share changes, clients move only out of the arm
/// that shrank or into the arm that grew, never between two others. The order of the arms means nothing.
/// </summary>
/// <remarks>
/// D. Thaler, C. Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM Trans. Networking 6 (1998); weights: C. Schindelhauer,
/// G. Schomaker, "Weighted distributed hash tables", SPAA 2005 (logarithmic method).
/// </remarks>
public sealed class CohortLayout
{
    private readonly double[] _shares;
    private readonly double[] _kept;
    private readonly ulong[] _seeds;

    private CohortLayout(double[] shares, double[] kept, ulong[] seeds)
    {
        _shares = shares;
        _kept = kept;
        _seeds = seeds;
    }

    /// <summary>The layout of the arms; null for fewer than three, which buckets serve exactly.</summary>
    public static CohortLayout? Of(IReadOnlyList<ArmDocument> arms)
    {
        if (arms.Count < 3)
            return null;
        // Without a share anywhere the weights are the layout.
        double[] shares = [.. arms.Select(arm => (double)(arm.Share ?? arm.Weight))];
        return shares.Sum() > 0
            ? new(
                shares,
                [.. arms.Select((arm, i) => shares[i] > 0 ? arm.Weight / shares[i] : 0)],
                [.. arms.Select(arm => StickyCohorts.Hash(arm.Name, StickyCohorts.Basis))])
            : null;
    }

    /// <summary>Place of the arm that serves the client with this hash.</summary>
    public int PlaceOf(ulong hash)
    {
        var (place, earliest) = (0, double.PositiveInfinity);
        for (var i = 0; i < _shares.Length; i++)
        {
            if (_shares[i] <= 0)
                continue;
            var drawn = -Math.Log(Uniform(hash, _seeds[i])) / _shares[i];
            if (drawn < earliest)
                (place, earliest) = (i, drawn);
        }

        // An arm that may not take its whole share keeps always the same part of its clients; the first arm takes the others.
        return place > 0 && _kept[place] < 1 && Uniform(hash, ~_seeds[place]) >= _kept[place] ? 0 : place;
    }

    private static double Uniform(ulong hash, ulong seed) => ((StickyCohorts.Mix(hash ^ seed) >> 11) + 0.5) / (1UL << 53);
}
