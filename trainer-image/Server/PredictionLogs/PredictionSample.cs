namespace ModelOperator.Server.PredictionLogs;

/// <summary>
/// Chooses predictions by a hash of their ids, so that every replica chooses the same ones, and a truth is kept exactly where its prediction is, whoever
/// gets it. The hash is 64-bit FNV-1a with the finalizer of MurmurHash3, without which ids that differ in a counter alone fall together.
/// </summary>
internal readonly struct PredictionSample
{
    private readonly ulong _below;
    private readonly bool _all;

    /// <param name="rate">Share, 0 to 1: exactly none and exactly all at the ends.</param>
    internal PredictionSample(double rate)
    {
        _all = rate >= 1;
        // 2^53 steps are all that a double between 0 and 1 can tell apart.
        _below = _all || !(rate > 0) ? 0 : (ulong)(rate * (1UL << 53));
    }

    /// <summary>Whether a prediction is chosen.</summary>
    /// <param name="id">Its id in UTF-8.</param>
    internal bool Takes(ReadOnlySpan<byte> id) => _all || (_below > 0 && Hash(id) >> 11 < _below);

    private static ulong Hash(ReadOnlySpan<byte> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var one in text)
            hash = (hash ^ one) * 1099511628211UL;
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}
