namespace ModelOperator.ModelVersions;

/// <summary>Condition types and reasons of a ModelVersion.</summary>
public static class ModelVersionReasons
{
    /// <summary>Condition: the bytes in the store hash to the digest.</summary>
    public const string ArtifactVerified = nameof(ArtifactVerified);

    /// <summary>Condition: the version passed the gates of its model.</summary>
    public const string GatesPassed = nameof(GatesPassed);

    /// <summary>Reason: a gate of the model does not hold.</summary>
    public const string GateFailed = nameof(GateFailed);

    /// <summary>Phase, condition and reason: archived instead of deleted.</summary>
    public const string Archived = nameof(Archived);

    /// <summary>Reason: it is to be archived, but something uses it.</summary>
    public const string InUse = nameof(InUse);

    /// <summary>Reason: all bytes were read and hash to the digest.</summary>
    public const string Verified = nameof(Verified);

    /// <summary>Reason: the bytes are being read.</summary>
    public const string Verifying = nameof(Verifying);

    /// <summary>Reason: the bytes hash to something else.</summary>
    public const string DigestMismatch = nameof(DigestMismatch);

    /// <summary>Reason: the store does not have the bytes.</summary>
    public const string ArtifactNotFound = nameof(ArtifactNotFound);

    /// <summary>Reason: the store cannot be asked; tried again.</summary>
    public const string StoreUnavailable = nameof(StoreUnavailable);

    /// <summary>Reason: the name is not model-number.</summary>
    public const string InvalidName = nameof(InvalidName);

    /// <summary>Reason: the spec is wrong.</summary>
    public const string InvalidSpec = nameof(InvalidSpec);

    /// <summary>Reason: the number means other bytes, those of a version that was deleted.</summary>
    public const string ContentReplaced = nameof(ContentReplaced);

    /// <summary>Condition and event: the run that it names made another version; there only while it is true.</summary>
    public const string RunConflict = nameof(RunConflict);

    /// <summary>Reason of RunConflict.</summary>
    public const string RunMadeAnother = nameof(RunMadeAnother);

    /// <summary>Reason: the digest in the spec is not the verified one any more.</summary>
    public const string ContentChanged = nameof(ContentChanged);
}
