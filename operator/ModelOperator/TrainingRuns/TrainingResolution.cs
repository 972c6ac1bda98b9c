using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Hosting;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// status.resolved: what the names in a spec and the defaults of the installation stood for when the run began. It is complete, as far as things can
/// be known by then, before the first Pod is made, and a run under way goes on by it whatever changes around it. Pure.
/// </summary>
public static class TrainingResolution
{
    /// <summary>The snapshot of a run that begins.</summary>
    public static TrainingResolved Begin(TrainingRunSpec spec, IReadOnlyList<DatasetFinding> findings, OperatorOptions options) => new()
    {
        TrainerImage = spec.Image ?? options.TrainerImage,
        Datasets =
        [
            .. (spec.Datasets ?? []).Select(d => new DatasetRecord
            {
                Name = d.Name,
                Uri = DatasetUris.Public(d.Uri),
                Digest = DigestOf(d, findings),
                SizeBytes = findings.FirstOrDefault(f => f.Name == d.Name)?.SizeBytes,
            }),
        ],
        Source = spec.Source,
        Zone = TrainingRunEstimates.ZoneOf(spec, options),
        PueMilli = options.PueMilli,
        OperatorVersion = OperatorVersion.Text,
        InputHash = TrainingInputs.Hash(spec, findings, options, out _),
    };

    /// <summary>Settings as a run under way sees them. The operator's own image and addresses are plumbing and follow the installation.</summary>
    public static OperatorOptions Pin(OperatorOptions options, TrainingResolved? resolved) => resolved is null ? options : options with
    {
        TrainerImage = resolved.TrainerImage ?? options.TrainerImage,
        Zone = resolved.Zone ?? options.Zone,
        PueMilli = resolved.PueMilli ?? options.PueMilli,
    };

    /// <summary>
    /// The image of the next Pod: what the first node pulled, by digest, so that a tag that moves in between changes nothing. A node that reports
    /// a digest of another repository (an image that was loaded by hand) is not followed: such a name cannot be pulled.
    /// </summary>
    public static string ImageFor(V1TrainingRun run, OperatorOptions options)
    {
        var asked = run.Status?.Resolved?.TrainerImage ?? run.Spec.Image ?? options.TrainerImage;
        return run.Status?.Resolved?.Image is { } seen && seen.Contains("@sha256:", StringComparison.Ordinal) && Repository(seen) == Repository(asked) && !IsBare(seen)
            ? seen
            : asked;
    }

    /// <summary>Digest of a dataset as far as it is known before the run: named by the spec, by the URI, or found; else null.</summary>
    public static string? DigestOf(TrainingDataset dataset, IReadOnlyList<DatasetFinding> findings) =>
        dataset.Digest
        ?? (dataset.Uri.StartsWith("modelop://", StringComparison.Ordinal) && Sha256Digest.TryParse(dataset.Uri, out var named) ? named.ToString() : null)
        ?? findings.FirstOrDefault(f => f.Name == dataset.Name)?.Digest;

    /// <summary>Digest that a dataset must have: the spec's, else the one that the run began with.</summary>
    public static string? DigestFor(V1TrainingRun run, TrainingDataset dataset) =>
        dataset.Digest ?? run.Status?.Resolved?.Datasets?.FirstOrDefault(d => d.Name == dataset.Name)?.Digest;

    /// <summary>What a Pod teaches while it runs: the image's digest, and the checkpoint that it goes on from.</summary>
    public static TrainingRunStatus Learn(V1TrainingRun run, TrainingRunStatus status, TrainingPodReading? reading)
    {
        if (reading is null)
            return status;
        if (reading.TrainerImage is { } image && status.Resolved?.Image is null)
            status = status with { Resolved = (status.Resolved ?? new()) with { Image = image } };
        var found = TerminationMessage.TryReadCheckpoint(reading.TrainerEnded?.Message) ?? TerminationMessage.TryReadFetch(reading.FetchEnded?.Message)?.Checkpoint;
        if (TrainingCheckpoints.StatusOf(run, found) is not { } checkpoint)
            return status;
        var time = checkpoint.Time ?? reading.TrainerEnded?.FinishedAt;
        return status with { Checkpoint = checkpoint with { Time = time } };
    }

    // "name:tag@sha256:<config digest>" is our own writing for a node that reports no repository digest; a pull would not find it.
    private static bool IsBare(string image)
    {
        var name = image[..image.IndexOf('@', StringComparison.Ordinal)];
        return name.LastIndexOf(':') > name.LastIndexOf('/');
    }

    private static string Repository(string image)
    {
        var name = image.Split('@')[0];
        if (name.LastIndexOf(':') is var colon && colon > name.LastIndexOf('/'))
            name = name[..colon];
        foreach (var prefix in (string[])["index.docker.io/", "docker.io/", "library/"])
            name = name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
        return name;
    }
}
