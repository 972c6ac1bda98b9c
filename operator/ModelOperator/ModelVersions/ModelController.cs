using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.ModelVersions;

/// <summary>Observe, decide, apply for Models: the only writer of numbers and aliases.</summary>
/// <param name="caches">Caches.</param>
/// <param name="executor">Writes by compare-and-swap.</param>
/// <param name="time">Clock.</param>
public sealed class ModelController(Caches caches, PlanExecutor<V1Model, ModelStatus> executor, TimeProvider time) : IEntityController<V1Model>
{
    /// <summary>Name of the index of runs that await a number, by namespace and model: of ten thousand runs the others do not matter to a Model.</summary>
    private const string Awaiting = "awaitsNumber";

    private readonly IStore<TrainingRuns.V1TrainingRun> _runs = caches.For(ModelOperatorDescriptors.TrainingRuns, new()
    {
        Indexes = [new(Awaiting, static run => VersionNumbers.AwaitsNumber(run) ? [$"{run.Metadata.NamespaceProperty}/{run.Spec.ModelName}"] : [])],
    });

    private readonly IStore<V1ModelVersion> _versions = caches.For(ModelOperatorDescriptors.ModelVersions);
    private readonly IStore<CanaryDeployments.V1CanaryDeployment> _canaries = caches.For(ModelOperatorDescriptors.CanaryDeployments, CanaryDeployments.CanaryIndexes.Canaries);

    /// <inheritdoc/>
    public Task<ReconciliationResult> ReconcileAsync(V1Model entity, CancellationToken cancellationToken)
    {
        var space = entity.Metadata.NamespaceProperty;
        var model = $"{space}/{entity.Metadata.Name}";
        var seen = new ModelObserved(_runs.Find(Awaiting, model), _versions.List(space), _canaries.Find(CanaryDeployments.CanaryIndexes.Model, model));
        if (entity.Status is null)
            seen = seen with { Remembered = VersionNumbers.RememberedBy(_runs.List(space), seen.Versions, seen.Canaries) };
        return executor.ApplyAsync(entity, ModelPlanner.Decide(entity, seen, time.WholeSeconds()), cancellationToken);
    }
}
