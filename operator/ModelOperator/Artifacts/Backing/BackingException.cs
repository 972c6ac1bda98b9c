namespace ModelOperator.Artifacts;

/// <summary>The backing of the store is away or refuses; nothing was acknowledged. Never holds a key.</summary>
/// <param name="reason">One word.</param>
/// <param name="message">What happened.</param>
/// <param name="inner">Cause.</param>
public sealed class BackingException(string reason, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>It cannot be reached, or says to come back.</summary>
    public const string Unavailable = "BackingUnavailable";

    /// <summary>It refuses the key, the bucket or the request.</summary>
    public const string Refused = "BackingRefused";

    /// <summary>A blob does not have the bytes that it is named by.</summary>
    public const string Corrupt = "BlobCorrupt";

    /// <summary>One word for the answer.</summary>
    public string Reason { get; } = reason;
}
