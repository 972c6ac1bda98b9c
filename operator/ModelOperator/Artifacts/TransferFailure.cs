namespace ModelOperator.Artifacts;

/// <summary>Kinds of failed transfers; decides about retries and the exit code.</summary>
public enum TransferFailure
{
    /// <summary>The other side cannot be reached or asks to come back; worth a retry.</summary>
    Unavailable,

    /// <summary>The other side refuses the token; worth a retry for a while, since keys are renewed.</summary>
    Denied,

    /// <summary>There is no such thing; permanent.</summary>
    NotFound,

    /// <summary>The bytes are not what they should be; permanent.</summary>
    BadData,

    /// <summary>The plan or the settings are wrong; permanent.</summary>
    Usage,

    /// <summary>The local volume is full or cannot be written; permanent.</summary>
    Local,
}
