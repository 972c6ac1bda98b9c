using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.ModelVersions;

/// <summary>Objects to start tests from.</summary>
internal static class Things
{
    internal const string Space = "team-a";

    internal static readonly DateTimeOffset Start = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    internal static readonly string Digest = "sha256:" + new string('a', 64);

    internal static readonly ArtifactReference Artifact = new() { Uri = "modelop://sha256/" + new string('a', 64), Digest = Digest };

    internal static V1Model Model(params (string Alias, string Version)[] aliases) => new()
    {
        Metadata = new V1ObjectMeta { Name = "diamonds", NamespaceProperty = Space, Uid = "m", Generation = 1, ResourceVersion = "1" },
        Spec = new ModelSpec { Aliases = aliases.Length == 0 ? null : [.. aliases.Select(static a => new ModelAlias { Name = a.Alias, Version = a.Version })] },
    };

    internal static V1TrainingRun Run(string uid, bool published = true, TrainingRunPhase phase = TrainingRunPhase.Registering, string model = "diamonds") => new()
    {
        Metadata = new V1ObjectMeta { Name = "run-" + uid, NamespaceProperty = Space, Uid = uid, CreationTimestamp = Start },
        Spec = new TrainingRunSpec { ModelName = model },
        Status = new TrainingRunStatus { Phase = phase, Artifact = published ? Artifact : null },
    };

    internal static V1ModelVersion Version(
        long number, ModelVersionPhase phase = ModelVersionPhase.Ready, string? runUid = null, string[]? aliases = null, string model = "diamonds") => new()
        {
            Metadata = new V1ObjectMeta { Name = $"{model}-{number}", NamespaceProperty = Space, Uid = $"v{number}", Generation = 1 },
            Spec = new ModelVersionSpec
            {
                Model = model,
                Artifact = Artifact,
                Aliases = aliases,
                TrainingRun = runUid is null ? null : new ObjectSource { Name = "run-" + runUid, Uid = runUid },
            },
            Status = new ModelVersionStatus { Phase = phase, VerifiedDigest = phase == ModelVersionPhase.Ready ? Digest : null },
        };

    internal static V1CanaryDeployment Canary(string name, string? alias, string? stable, string wanted = "diamonds-1", int age = 0) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Space, Uid = "c-" + name, CreationTimestamp = Start.AddMinutes(-age) },
        Spec = new CanaryDeploymentSpec { Model = "diamonds", VersionRef = new LocalReference { Name = wanted }, Alias = alias },
        Status = new CanaryDeploymentStatus { StableVersion = stable },
    };

    internal static T Deleting<T>(this T entity)
        where T : KubernetesObject => entity with { Metadata = entity.Metadata with { DeletionTimestamp = Start } };
}
