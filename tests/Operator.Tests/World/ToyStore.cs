using ModelOperator.Artifacts;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests.World;

/// <summary>An artifact store that has everything, unless told otherwise.</summary>
internal sealed class ToyStore : IDatasetProber, IArtifactReader
{
    /// <summary>State of a dataset by its URI.</summary>
    internal Func<string, DatasetState> StateOf { get; set; } = _ => DatasetState.Found;

    /// <summary>What reading an artifact's bytes shows.</summary>
    internal Func<Sha256Digest, ArtifactVerification> Verify { get; set; } = _ => ArtifactVerification.Verified;

    public Task<ArtifactVerification> VerifyAsync(Sha256Digest digest, CancellationToken cancellationToken) => Task.FromResult(Verify(digest));

    public Task<IReadOnlyList<DatasetFinding>> ProbeAsync(V1TrainingRun run, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DatasetFinding>>(
        [
            .. (run.Spec.Datasets ?? []).Select(d => StateOf(d.Uri) switch
            {
                DatasetState.Found => new DatasetFinding(d.Name, DatasetState.Found, "In the artifact store.", d.Digest, 99),
                DatasetState.NotFound => new(d.Name, DatasetState.NotFound, $"Dataset {d.Name}: the artifact store has no {d.Uri}. Upload it; it is looked up again every minute."),
                DatasetState.DigestMismatch => new(d.Name, DatasetState.DigestMismatch, $"Dataset {d.Name}: {d.Uri} hashes to something else."),
                _ => new(d.Name, DatasetState.Unavailable, $"Dataset {d.Name}: no answer about {d.Uri} within 10 s; tried again."),
            }),
        ]);
}
