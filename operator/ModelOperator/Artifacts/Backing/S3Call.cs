using ModelOperator.Datasets;

namespace ModelOperator.Artifacts;

/// <summary>One request to a bucket, to be made as often as it is tried.</summary>
/// <param name="Method">Method.</param>
/// <param name="Key">Key below the prefix; null for the bucket itself.</param>
internal sealed record S3Call(HttpMethod Method, string? Key)
{
    /// <summary>Names and values.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> Query { get => field ?? []; init; }

    /// <summary>First and last byte that is asked for.</summary>
    public (long From, long To)? Range { get; init; }

    /// <summary>File that the body is part of.</summary>
    public string? File { get; init; }

    /// <summary>Where the body begins in the file.</summary>
    public long From { get; init; }

    /// <summary>Bytes of the body.</summary>
    public long Count { get; init; }

    /// <summary>A body that is no file.</summary>
    public string? Text { get; init; }

    /// <summary>SHA-256 of the body.</summary>
    public string Hash { get => field ?? S3Signer.EmptyPayload; init; }

    /// <summary>Longest silence, where it is not the usual.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The answer is read later, by who asked.</summary>
    public bool KeepsAnswer { get; init; }
}
