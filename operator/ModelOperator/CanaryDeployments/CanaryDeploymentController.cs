using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelOperator.Artifacts;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.CanaryDeployments;

/// <summary>Observe, decide, apply.</summary>
/// <param name="observer">Reads.</param>
/// <param name="turns">Who may begin.</param>
/// <param name="executor">Writes.</param>
/// <param name="measurements">Counters between looks.</param>
/// <param name="webhooks">Calls of webhooks.</param>
/// <param name="loads">What gateways have counted.</param>
/// <param name="demand">Who waits upon gateways.</param>
/// <param name="tokens">Makes read tokens of the artifact store.</param>
/// <param name="options">Settings of the installation.</param>
/// <param name="time">Clock.</param>
public sealed class CanaryDeploymentController(
    CanaryObserver observer,
    CanaryTurns turns,
    PlanExecutor<V1CanaryDeployment, CanaryDeploymentStatus> executor,
    CanaryMeasurements measurements,
    CanaryWebhookCalls webhooks,
    CanaryLoads loads,
    CanaryDemand demand,
    ArtifactTokens tokens,
    OperatorOptions options,
    TimeProvider time) : IEntityController<V1CanaryDeployment>
{
    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(V1CanaryDeployment entity, CancellationToken cancellationToken)
    {
        if (entity.IsDeleting)
        {
            // Children are owned and go with it; nothing outside the cluster has to be told.
            Forget(entity.Key);
            return ReconciliationResult.Done;
        }

        var now = time.WholeSeconds();
        using var turn = await turns.TakeAsync(entity, cancellationToken);
        var seen = await observer.ObserveAsync(entity, now, cancellationToken) with { Ahead = turn.Ahead };
        seen = seen with { Took = time.GetUtcNow() - now };
        var move = CanaryPlanner.Decide(entity, seen, now);
        measurements.Remember(entity, move.Status, move.States);
        loads.Remember(entity, move.Wanted, now);
        var credentials = seen.Versions.Values.ToDictionary(v => v.Name, v => Credentials(v, entity), StringComparer.Ordinal);
        return await executor.ApplyAsync(entity, CanaryPlans.Of(entity, move, seen, credentials, options), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ReconciliationResult> ReconcileMissingAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        Forget(key);
        return Task.FromResult(ReconciliationResult.Done);
    }

    private void Forget(NamespacedName key)
    {
        measurements.Forget(key);
        measurements.Drift.Forget(key);
        webhooks.Forget(key);
        loads.Forget(key);
        demand.Watch(key, []);
    }

    private CanaryCredentials Credentials(VersionView version, V1CanaryDeployment canary)
    {
        // A digest that does not parse gets no token; the version's own room reports it.
        var token = Sha256Digest.TryParse(version.Digest, out var digest) ? tokens.Issue(ArtifactScope.Read(digest)) : "";
        var key = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"feedback\n{canary.Metadata.Uid}\n{version.Name}\n{token}")));
        var log = canary.Spec.Server?.PredictionLog is null || CanaryValidation.Problems(canary).Count > 0
            ? null
            : tokens.Issue(ArtifactScope.Log(new(canary.Metadata.NamespaceProperty ?? "", canary.Metadata.Name, version.Model, version.Name)));
        return new(token, Convert.ToHexStringLower(key), log);
    }
}
