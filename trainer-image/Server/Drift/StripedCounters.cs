using System.Numerics;

namespace ModelOperator.Server.Drift;

/// <summary>An array of counters, one copy per processor, so that threads that count at once do not take the same cache lines from each other.</summary>
internal sealed class StripedCounters
{
    private const int MostStripes = 64;

    private readonly long[][] _stripes;

    internal StripedCounters(int length)
    {
        _stripes = new long[Math.Min(BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount), MostStripes)][];
        for (var stripe = 0; stripe < _stripes.Length; stripe++)
            _stripes[stripe] = new long[length];
    }

    /// <summary>The counters that this thread should raise, by atomic increments: it may move to another processor in between.</summary>
    internal long[] Mine => _stripes[Thread.GetCurrentProcessorId() & (_stripes.Length - 1)];

    /// <summary>Sums over all stripes.</summary>
    internal long[] Read()
    {
        var sums = new long[_stripes[0].Length];
        foreach (var stripe in _stripes)
        {
            for (var i = 0; i < sums.Length; i++)
                sums[i] += Volatile.Read(ref stripe[i]);
        }

        return sums;
    }
}
