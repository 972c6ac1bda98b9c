using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.ModelVersions;

/// <summary>Observe (reading the bytes where that is due), decide, apply for ModelVersions.</summary>
/// <param name="caches">Caches.</param>
/// <param name="reader">Reads bytes.</param>
/// <param name="executor">Writes.</param>
/// <param name="time">Clock.</param>
public sealed class ModelVersionController(
    Caches caches, IArtifactReader reader, PlanExecutor<V1ModelVersion, ModelVersionStatus> executor, TimeProvider time) : IEntityController<V1ModelVersion>
{
    private readonly IStore<V1Model> _models = caches.For(ModelOperatorDescriptors.Models);
    private readonly IStore<V1ModelVersion> _versions = caches.For(ModelOperatorDescriptors.ModelVersions, TrainingRuns.TrainingRunObserver.VersionCache);
    private readonly IStore<TrainingRuns.V1TrainingRun> _runs = caches.For(ModelOperatorDescriptors.TrainingRuns);
    private readonly IStore<CanaryDeployments.V1CanaryDeployment> _canaries = caches.For(ModelOperatorDescriptors.CanaryDeployments, CanaryDeployments.CanaryIndexes.Canaries);

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(V1ModelVersion entity, CancellationToken cancellationToken)
    {
        var verification = ModelVersionPlanner.DigestToVerify(entity, time.WholeSeconds()) is { } digest
            ? await reader.VerifyAsync(digest, cancellationToken)
            : null;
        var plan = ModelVersionPlanner.Decide(entity, Observe(entity, verification), time.WholeSeconds());
        return await executor.ApplyAsync(entity, plan, cancellationToken);
    }

    private ModelVersionObserved Observe(V1ModelVersion version, ArtifactVerification? verification)
    {
        var space = version.Metadata.NamespaceProperty ?? "";
        var name = version.Metadata.Name;
        var model = _models.Get(space, version.Spec.Model);
        var held = (model?.Status?.Aliases ?? []).Where(alias => alias.Version == name).OrderBy(static alias => alias.Name, StringComparer.Ordinal).ToList();
        return new ModelVersionObserved(
            [.. held.Select(static alias => alias.Name)], ModelVersionUse.UsersOf(name, _canaries.Find(CanaryDeployments.CanaryIndexes.Version, $"{space}/{name}")), verification)
        {
            Pinned = [.. held.Where(static alias => alias.Owner != AliasTable.Version).Select(static alias => alias.Name)],
            Replaced = VersionContents.Problem(version, model),
            RunConflict = RunConflict(version, space),
            Gates = model?.Spec.Gates,
            Baselines = model is null ? [] : ModelGateBaselines.Of(model, name, other => _versions.Get(space, other)),
        };
    }

    private string? RunConflict(V1ModelVersion version, string space) => version.Spec.TrainingRun is { Name: { } name, Uid: { } uid }
        ? ModelVersionAdmission.RunProblem(version, _runs.Get(space, name), _versions.Find(TrainingRuns.TrainingRunObserver.VersionsByRun, uid))
        : null;
}
