namespace ModelOperator.CanaryDeployments;

/// <summary>The document of a notice.</summary>
public sealed record NoticeDocument
{
    /// <summary>Identifier; the same however often it is repeated.</summary>
    public required string Id { get; init; }

    /// <summary>What happened.</summary>
    public required CanaryNoticeEvent Event { get; init; }

    /// <summary>Why, one word.</summary>
    public required string Reason { get; init; }

    /// <summary>Normal or Warning.</summary>
    public required string Severity { get; init; }

    /// <summary>What happened and what to do next.</summary>
    public required string Message { get; init; }

    /// <summary>Name of the CanaryDeployment.</summary>
    public required string Canary { get; init; }

    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Version under test; null when there is none.</summary>
    public string? Version { get; init; }

    /// <summary>Version that serves.</summary>
    public string? StableVersion { get; init; }

    /// <summary>Phase after the transition.</summary>
    public required CanaryPhase Phase { get; init; }

    /// <summary>Step for people, for example 2/5.</summary>
    public string? Step { get; init; }

    /// <summary>Percent that the canary has.</summary>
    public int Weight { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Time { get; init; }
}
