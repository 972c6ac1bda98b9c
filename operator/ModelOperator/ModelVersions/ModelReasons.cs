namespace ModelOperator.ModelVersions;

/// <summary>Condition types and reasons of a Model.</summary>
public static class ModelReasons
{
    /// <summary>Numbers and aliases are as wanted.</summary>
    public const string InStep = nameof(InStep);

    /// <summary>An alias in git is also that of a CanaryDeployment.</summary>
    public const string AliasOwnedByCanary = nameof(AliasOwnedByCanary);

    /// <summary>Two CanaryDeployments want the same alias.</summary>
    public const string AliasOwnedByTwoCanaries = nameof(AliasOwnedByTwoCanaries);

    /// <summary>An alias has a reserved or malformed name, or stands twice in git.</summary>
    public const string AliasInvalid = nameof(AliasInvalid);

    /// <summary>An alias names a ModelVersion that does not exist.</summary>
    public const string AliasTargetMissing = nameof(AliasTargetMissing);

    /// <summary>An alias in git names a ModelVersion that is not Ready: its bytes are not verified, a gate failed, or it is archived.</summary>
    public const string AliasTargetNotReady = nameof(AliasTargetNotReady);

    /// <summary>More aliases are wanted than a status keeps.</summary>
    public const string TooManyAliases = nameof(TooManyAliases);

    /// <summary>Event: an alias has a new holder.</summary>
    public const string AliasMoved = nameof(AliasMoved);

    /// <summary>Event: an alias has no holder any more.</summary>
    public const string AliasDropped = nameof(AliasDropped);

    /// <summary>Event: a run got its number.</summary>
    public const string NumberGiven = nameof(NumberGiven);
}
