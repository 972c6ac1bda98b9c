namespace ModelOperator.Artifacts;

/// <summary>How one request of a resumable upload ended.</summary>
public enum UploadOutcome
{
    /// <summary>It can go on from its offset.</summary>
    Open,

    /// <summary>It is over; its result says how.</summary>
    Ended,

    /// <summary>There is none.</summary>
    NotFound,

    /// <summary>Another request is writing.</summary>
    Busy,

    /// <summary>The bytes begin elsewhere than the store's end.</summary>
    WrongOffset,

    /// <summary>There are too many.</summary>
    TooMany,
}
