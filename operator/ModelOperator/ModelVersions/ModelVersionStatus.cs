using System.ComponentModel;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.ModelVersions;

/// <summary>What was verified and what the version is used for.</summary>
public sealed record ModelVersionStatus
{
    [Description("Generation of the spec that this status speaks of.")]
    public long? ObservedGeneration { get; init; }

    [Description("Number of the version.")]
    public long? Version { get; init; }

    [Description("Phase for people: Pending, Ready, Failed or Archived.")]
    public ModelVersionPhase Phase { get; init; }

    [Description("Reason of the phase, one word.")]
    public string? Reason { get; init; }

    [Description("What happened and what to do next.")]
    public string? Message { get; init; }

    [Description("Digest of the bytes that were read.")]
    public string? VerifiedDigest { get; init; }

    [Description("When the bytes were read.")]
    public DateTimeOffset? VerifiedTime { get; init; }

    [Description("Sum of the files' sizes in bytes, as read.")]
    public long? SizeBytes { get; init; }

    [Description("How often reading the bytes was tried without an answer from the store.")]
    public int? VerificationAttempts { get; init; }

    [Description("When the store is asked again after it gave no answer.")]
    public DateTimeOffset? NextVerificationTime { get; init; }

    [Description("Aliases that it holds; a mirror of the Model's status.")]
    public IReadOnlyList<string>? Aliases { get; init; }

    [Description("Metrics of the training, as accepted with the verified bytes.")]
    public IReadOnlyList<NamedValue>? Metrics { get; init; }

    [Description("Lineage, as accepted with the verified bytes.")]
    public Lineage? Lineage { get; init; }

    [Description("Energy and emissions of the training.")]
    public EnergyRecord? Energy { get; init; }

    [Description("CanaryDeployments that serve it.")]
    public IReadOnlyList<string>? UsedBy { get; init; }

    [Description("How the gates of the model were judged when the bytes were verified.")]
    [MaxItems(64)]
    public IReadOnlyList<ModelGateResult>? Gates { get; init; }

    [Description("What the gates were then; they are judged again only where they changed and the version had not passed.")]
    public string? GatesHash { get; init; }

    [Description("Ready, Reconciling, Stalled, ArtifactVerified, GatesPassed, Archived, RunConflict.")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
