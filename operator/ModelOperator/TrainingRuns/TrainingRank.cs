using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>One rank of an attempt as it was seen.</summary>
/// <param name="Number">Rank, from 0.</param>
/// <param name="PodName">Name of its Pod.</param>
/// <param name="BoundUid">UID that the attempt is bound to; null before the Pod was seen.</param>
/// <param name="Pod">The Pod, when it is there and the bound one.</param>
/// <param name="Reading">What the Pod's status says.</param>
public sealed record TrainingRank(int Number, string PodName, string? BoundUid, V1Pod? Pod, TrainingPodReading? Reading)
{
    /// <summary>Never seen: to be created.</summary>
    public bool IsUnborn => BoundUid is null && Pod is null;

    /// <summary>Was there and is gone.</summary>
    public bool IsVanished => BoundUid is not null && Pod is null;

    /// <summary>Something of it runs, or may run.</summary>
    public bool StillRuns => Reading is { Quiet: false, NodeLost: false };

    /// <summary>Its part is done well: published for rank 0, trained for the others.</summary>
    public bool IsDone => Number == 0 ? Reading?.PublishEnded is { ExitCode: 0 } : Reading?.TrainerEnded is { ExitCode: 0 };

    /// <summary>When the first of its containers failed; null when none has.</summary>
    public DateTimeOffset? FailedAt => new[] { Reading?.FetchEnded, Reading?.TrainerEnded, Reading?.PublishEnded }
        .FirstOrDefault(static end => end is { ExitCode: not 0 })?.FinishedAt;
}
