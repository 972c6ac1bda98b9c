using System.Collections.Immutable;

namespace ModelOperator.Gateway.Routing;

/// <summary>
/// Keeps a client with one arm by hashing its key into 10,000 buckets. The arms after the first take buckets from 0 up, in table order; the first arm
/// (stable) takes the rest. So, with two arms, raising the canary's weight only moves clients into the canary and lowering it only moves clients out:
/// nobody changes sides twice on the way to a promotion. Three or more arms are laid out by <see cref="CohortLayout"/> instead.
/// </summary>
public sealed class StickyCohorts
{
    /// <summary>Number of buckets: the split is exact to one in ten thousand clients.</summary>
    public const int Buckets = 10_000;

    /// <summary>FNV's offset basis.</summary>
    internal const ulong Basis = 0xcbf29ce484222325;

    private readonly int[] _ends;
    private readonly int[] _places;
    private readonly ulong _salt;

    /// <summary>Lays out the buckets.</summary>
    /// <param name="header">Header that holds the key, looked at first; null for none.</param>
    /// <param name="cookie">Cookie that holds the key; null for none.</param>
    /// <param name="salt">Makes the cohorts of different canaries independent: the same client is not always the first to get new versions.</param>
    /// <param name="weights">Weights of the arms in table order; their sum must be above zero.</param>
    public StickyCohorts(string? header, string? cookie, string salt, ImmutableArray<int> weights)
    {
        Header = header;
        Cookie = cookie;
        _salt = Hash(salt, Basis);
        _places = [.. Enumerable.Range(1, weights.Length - 1), 0];
        _ends = new int[_places.Length];
        var total = weights.Sum(weight => (long)weight);
        var sum = 0L;
        for (var i = 0; i < _places.Length; i++)
        {
            sum += weights[_places[i]];
            _ends[i] = (int)(sum * Buckets / total);
        }
    }

    /// <summary>Layout for three or more arms; null for buckets.</summary>
    public CohortLayout? Layout { get; init; }

    /// <summary>Header that holds the key.</summary>
    public string? Header { get; }

    /// <summary>Cookie that holds the key.</summary>
    public string? Cookie { get; }

    /// <summary>Place of the arm that serves the key.</summary>
    public int PlaceOf(ReadOnlySpan<char> key) => PlaceOf(HashOf(key));

    /// <summary>Place of the arm that serves the key with this hash.</summary>
    public int PlaceOf(ulong hash)
    {
        if (Layout is not null)
            return Layout.PlaceOf(hash);
        var bucket = (int)(hash % Buckets);
        for (var i = 0; i < _ends.Length; i++)
            if (bucket < _ends[i])
                return _places[i];
        return 0;
    }

    /// <summary>Bucket of a key, 0 to 9,999; the same on every gateway and after every restart.</summary>
    public int BucketOf(ReadOnlySpan<char> key) => (int)(HashOf(key) % Buckets);

    /// <summary>Hash of a key with the salt: FNV-1a over UTF-16 units, then mixed, since FNV alone leaves short keys (user-1, user-2) close together.</summary>
    public ulong HashOf(ReadOnlySpan<char> key) => Mix(Hash(key, _salt));

    /// <summary>MurmurHash3's finalizer.</summary>
    internal static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }

    internal static ulong Hash(ReadOnlySpan<char> text, ulong hash)
    {
        foreach (var unit in text)
            hash = (((hash ^ (byte)unit) * 0x100000001b3) ^ (byte)(unit >> 8)) * 0x100000001b3;
        return hash;
    }
}
