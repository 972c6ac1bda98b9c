using System.Collections.Immutable;

namespace ModelOperator.Gateway.Routing;

/// <summary>
/// Splits a sequence of requests exactly by weight: after any number of requests, each place has its exact share to within less than one request.
/// A weight of 0 gets nothing. One atomic increment per request, no lock.
/// </summary>
/// <remarks>
/// The cycle of places is laid out once by earliest deadline first: the j-th request of a place with share r may come no sooner than slot floor(j/r)
/// and is due by slot ceil((j+1)/r). Such a schedule always exists and EDF finds it (S. Baruah, N. Cohen, C. Plaxton, D. Varvel,
/// "Proportionate progress: a notion of fairness in resource allocation", Algorithmica 15, 1996). The usual "smooth" round robin keeps that bound
/// only for two places.
/// </remarks>
public sealed class WeightedSplit
{
    /// <summary>Greatest sum of weights after division by their common divisor; bounds the cycle's length.</summary>
    public const int MaxCycle = 100_000;

    private readonly ushort[] _cycle;
    private long _position = -1;

    private WeightedSplit(ImmutableArray<int> weights, ushort[] cycle)
    {
        Weights = weights;
        _cycle = cycle;
    }

    /// <summary>Weights that the split was made from.</summary>
    public ImmutableArray<int> Weights { get; }

    /// <summary>Makes a split, or null when no weight is above zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative, there are more than 65,535, or the cycle would be longer than <see cref="MaxCycle"/>.</exception>
    public static WeightedSplit? Create(ImmutableArray<int> weights)
    {
        if (weights.Any(weight => weight < 0) || weights.Length > ushort.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(weights), "weights must not be negative");
        var divisor = weights.Aggregate(0, GreatestCommonDivisor);
        if (divisor == 0)
            return null;
        var reduced = weights.Select(weight => weight / divisor).ToArray();
        if (reduced.Sum(weight => (long)weight) > MaxCycle)
            throw new ArgumentOutOfRangeException(nameof(weights), $"weights must sum to at most {MaxCycle}");
        return new(weights, LayOut(reduced));
    }

    /// <summary>The place that serves the next request.</summary>
    public int Next() => _cycle[Interlocked.Increment(ref _position) % _cycle.Length];

    private static ushort[] LayOut(int[] weights)
    {
        var cycle = new ushort[weights.Sum()];
        long length = cycle.Length;
        // Places waiting for their next slot to open, by that slot; and places that may be served, by deadline.
        PriorityQueue<int, (long Slot, int Place)> waiting = new();
        PriorityQueue<int, (long Deadline, int Place)> ready = new();
        var served = new long[weights.Length];
        for (var place = 0; place < weights.Length; place++)
            if (weights[place] > 0)
                waiting.Enqueue(place, (0, place));
        for (var slot = 0; slot < cycle.Length; slot++)
        {
            while (waiting.TryPeek(out var place, out var opens) && opens.Slot <= slot)
            {
                waiting.Dequeue();
                ready.Enqueue(place, (CeilingOf((served[place] + 1) * length, weights[place]), place));
            }

            var next = ready.Dequeue();
            cycle[slot] = (ushort)next;
            served[next]++;
            waiting.Enqueue(next, (served[next] * length / weights[next], next));
        }

        return cycle;
    }

    private static long CeilingOf(long dividend, long divisor) => (dividend + divisor - 1) / divisor;

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
