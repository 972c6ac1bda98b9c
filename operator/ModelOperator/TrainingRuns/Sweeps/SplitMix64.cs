namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>
/// Steele, Lea and Flood's SplitMix64: a generator of our own, so that the draws are the same in every version of the runtime and after
/// every change of leader.
/// </summary>
/// <param name="state">Seed.</param>
public sealed class SplitMix64(ulong state)
{
    private ulong state = state;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15UL;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }

    /// <summary>Uniform in [0, 1), of 53 bits.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 .. count - 1.</summary>
    public int Index(int count) => Math.Min((int)(Unit() * count), count - 1);
}
