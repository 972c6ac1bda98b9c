namespace ModelOperator.Trainer.Data;

/// <summary>Deals rows by a hash of seed and row position (the SplitMix64 finaliser), so that a row's fate depends on nothing else.</summary>
public static class RowHash
{
    /// <summary>Salt for choosing validation rows.</summary>
    public const ulong Validation = 0x76616C6964617465;

    /// <summary>Salt for sampling.</summary>
    public const ulong Sample = 0x73616D706C653031;

    /// <summary>Salt for shuffling targets.</summary>
    public const ulong Shuffle = 0x73687566666C6530;

    /// <summary>Salt for the parts of cross-validation.</summary>
    public const ulong Fold = 0x666F6C6473303030;

    /// <summary>Salt for a network's first weights.</summary>
    public const ulong Weights = 0x7765696768747330;

    /// <summary>A number in [0, 1), even over rows.</summary>
    public static double Fraction(int seed, ulong salt, long row) => (Mix(seed, salt, row) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Salt for the rows of one boosting round.</summary>
    public static ulong Round(int round) => 0x737562736D706C30 ^ ((ulong)round << 32);

    /// <summary>Salt for the rows' order and the generators of one epoch.</summary>
    public static ulong Epoch(int epoch) => 0x65706F6368733030 ^ ((ulong)epoch << 32);

    internal static ulong Mix(int seed, ulong salt, long row)
    {
        var z = unchecked((Finalise((ulong)seed ^ salt)) + ((ulong)row + 1) * 0x9E3779B97F4A7C15);
        return Finalise(z);
    }

    private static ulong Finalise(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
