namespace ModelOperator.Artifacts;

/// <summary>How an upload ended.</summary>
public enum BlobPutOutcome
{
    /// <summary>Durable and visible now.</summary>
    Created,

    /// <summary>It was there before.</summary>
    AlreadyThere,

    /// <summary>The bytes have another digest; nothing was kept.</summary>
    DigestMismatch,

    /// <summary>More bytes than the limit; nothing was kept.</summary>
    TooLarge,

    /// <summary>The volume has no room; nothing was kept.</summary>
    DiskFull,

    /// <summary>The sender went away; nothing was kept.</summary>
    Incomplete,

    /// <summary>The namespace may not have so much; nothing was kept.</summary>
    QuotaExceeded,

    /// <summary>A part of a resumable upload came and is kept; it goes on.</summary>
    Part,

    /// <summary>The backing of the store is away or refuses; nothing was acknowledged.</summary>
    Unavailable,
}
