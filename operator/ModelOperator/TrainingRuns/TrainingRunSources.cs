using System.Globalization;
using ModelOperator.Datasets;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>What the fetcher mounts to reach datasets: claims, read-only, and Secrets with credentials. The trainer mounts neither. Pure.</summary>
public static class TrainingRunSources
{
    /// <summary>Where the claim of a dataset is mounted; null for a dataset that is on none.</summary>
    public static string? ClaimFolder(TrainingDataset dataset) => ClaimDataset.TryParse(dataset.Uri, out _) ? $"/etc/modelop/claims/{dataset.Name}" : null;

    /// <summary>Where the Secret of a dataset is mounted; null for a dataset without one.</summary>
    public static string? SecretFolder(TrainingDataset dataset) => dataset.SecretRef is null ? null : $"/etc/modelop/credentials/{dataset.Name}";

    /// <summary>Mounts of the fetcher.</summary>
    public static IEnumerable<V1VolumeMount> Mounts(V1TrainingRun run)
    {
        foreach (var (index, dataset) in (run.Spec.Datasets ?? []).Index())
        {
            if (ClaimFolder(dataset) is { } claim)
                yield return new V1VolumeMount { Name = Name("claim", index), MountPath = claim, ReadOnly = true };
            if (SecretFolder(dataset) is { } secret)
                yield return new V1VolumeMount { Name = Name("credentials", index), MountPath = secret, ReadOnly = true };
        }
    }

    /// <summary>Volumes of the Pod.</summary>
    public static IEnumerable<V1Volume> Volumes(V1TrainingRun run)
    {
        foreach (var (index, dataset) in (run.Spec.Datasets ?? []).Index())
        {
            if (ClaimDataset.TryParse(dataset.Uri, out var claim))
                yield return new V1Volume { Name = Name("claim", index), PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = claim.Claim, ReadOnly = true } };
            if (dataset.SecretRef is { } secret)
                yield return new V1Volume { Name = Name("credentials", index), Secret = new V1SecretVolumeSource { SecretName = secret.Name } };
        }
    }

    private static string Name(string what, int index) => string.Create(CultureInfo.InvariantCulture, $"modelop-{what}-{index}");
}
