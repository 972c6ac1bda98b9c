using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// What spec.checkpoint adds to a Pod. The folder of a run is mounted by its UID, so that runs never see each other's state. A later attempt's
/// MODELOP_RESUME_FROM is a fixed path which the fetcher makes a link to the newest complete checkpoint: an environment variable cannot be
/// computed while the Pod runs. Pure.
/// </summary>
public static partial class TrainingCheckpoints
{
    /// <summary>pvc://claim[/path].</summary>
    public const string UriPattern = "^pvc://[a-z0-9]([-a-z0-9.]*[a-z0-9])?(/[A-Za-z0-9][-._A-Za-z0-9]*)*$";

    /// <summary>A UID, as it names the folder of a run.</summary>
    public const string FolderPattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";

    /// <summary>MODELOP_CHECKPOINT_DIR.</summary>
    public const string Folder = "/workspace/checkpoint";

    /// <summary>MODELOP_RESUME_FROM of a later attempt: exists when there is a complete checkpoint.</summary>
    public const string ResumeLink = ResumeFolder + "/latest";

    private const string Scheme = "pvc://";
    private const string ResumeFolder = "/workspace/resume";
    private const string CheckpointVolume = "checkpoint";
    private const string ResumeVolume = "resume";

    /// <summary>Seconds between SIGTERM and SIGKILL; also MODELOP_GRACE_SECONDS.</summary>
    public static int GraceSeconds(TrainingRunSpec spec) => spec.Checkpoint?.GracePeriodSeconds ?? TrainingCheckpoint.DefaultGraceSeconds;

    /// <summary>Reads pvc://claim[/path]; false for anything else.</summary>
    public static bool TryParse(string? uri, [NotNullWhen(true)] out string? claim, out string path)
    {
        (claim, path) = (null, "");
        if (uri is null || !Pattern().IsMatch(uri))
            return false;
        var parts = uri[Scheme.Length..].Split('/', 2);
        (claim, path) = (parts[0], parts.Length > 1 ? parts[1] : "");
        return true;
    }

    /// <summary>Whether a run may go on in the folder of that name.</summary>
    public static bool IsFolder(string name) => FolderName().IsMatch(name);

    /// <summary>Whether an attempt goes on from a checkpoint: an earlier run's, or an earlier attempt's where a trainer of the run has ever run.</summary>
    public static bool Resumes(V1TrainingRun run, int attempt) =>
        (run.Spec.Checkpoint?.ContinueFrom is not null || (attempt > 1 && run.Status?.RunningTime is not null))
        && run.Spec.Checkpoint is { Resume: TrainingResume.Auto } checkpoint && TryParse(checkpoint.Uri, out _, out _);

    /// <summary>Volumes of the Pod.</summary>
    public static IEnumerable<V1Volume> Volumes(V1TrainingRun run, int attempt)
    {
        if (!TryParse(run.Spec.Checkpoint?.Uri, out var claim, out _))
            yield break;
        yield return new V1Volume { Name = CheckpointVolume, PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = claim } };
        if (Resumes(run, attempt))
            yield return new V1Volume { Name = ResumeVolume, EmptyDir = new V1EmptyDirVolumeSource() };
    }

    /// <summary>Mounts of the trainer.</summary>
    public static IEnumerable<V1VolumeMount> TrainerMounts(V1TrainingRun run, int attempt)
    {
        if (!TryParse(run.Spec.Checkpoint?.Uri, out _, out var path))
            yield break;
        yield return Mount(run, path, readOnly: null);
        if (Resumes(run, attempt))
            yield return new V1VolumeMount { Name = ResumeVolume, MountPath = ResumeFolder, ReadOnly = true };
    }

    /// <summary>Mounts of the fetcher, which finds the newest complete checkpoint.</summary>
    public static IEnumerable<V1VolumeMount> FetchMounts(V1TrainingRun run, int attempt)
    {
        if (!Resumes(run, attempt) || !TryParse(run.Spec.Checkpoint?.Uri, out _, out var path))
            yield break;
        yield return Mount(run, path, readOnly: true);
        yield return new V1VolumeMount { Name = ResumeVolume, MountPath = ResumeFolder };
    }

    /// <summary>Variables of the fetcher.</summary>
    public static IEnumerable<V1EnvVar> FetchVariables(V1TrainingRun run, int attempt) => Resumes(run, attempt)
        ? [new V1EnvVar { Name = "MODELOP_CHECKPOINT_DIR", Value = Folder }, new V1EnvVar { Name = "MODELOP_RESUME_LINK", Value = ResumeLink }]
        : [];

    /// <summary>Variables of the trainer, by name.</summary>
    public static IEnumerable<(string Name, string Value)> TrainerVariables(V1TrainingRun run, int attempt)
    {
        yield return ("MODELOP_CHECKPOINT_DIR", Folder);
        yield return ("MODELOP_RESUME_FROM", Resumes(run, attempt) ? ResumeLink : "");
        yield return ("MODELOP_GRACE_SECONDS", GraceSeconds(run.Spec).ToString(CultureInfo.InvariantCulture));
        if (run.Spec.Checkpoint?.IntervalSeconds is { } interval)
            yield return ("MODELOP_CHECKPOINT_INTERVAL_SECONDS", interval.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A checkpoint as the status has it; null where the run keeps none.</summary>
    public static TrainingCheckpointStatus? StatusOf(V1TrainingRun run, FetchedCheckpoint? found)
    {
        if (found is null || !TryParse(run.Spec.Checkpoint?.Uri, out var claim, out var path))
            return null;
        var folder = $"{Scheme}{claim}/{SubPath(run, path)}";
        return new TrainingCheckpointStatus { Uri = found.Name == "." ? folder : $"{folder}/{found.Name}", Step = found.Step, Time = found.Time };
    }

    private static V1VolumeMount Mount(V1TrainingRun run, string path, bool? readOnly) =>
        new() { Name = CheckpointVolume, MountPath = Folder, SubPath = SubPath(run, path), ReadOnly = readOnly };

    private static string SubPath(V1TrainingRun run, string path) => path.Length == 0 ? FolderOf(run) : $"{path}/{FolderOf(run)}";

    private static string FolderOf(V1TrainingRun run) => run.Spec.Checkpoint?.ContinueFrom ?? run.Metadata.Uid ?? "";

    [GeneratedRegex(FolderPattern + RegexEnds.Strictly, RegexOptions.CultureInvariant)]
    private static partial Regex FolderName();

    [GeneratedRegex(UriPattern + RegexEnds.Strictly, RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
