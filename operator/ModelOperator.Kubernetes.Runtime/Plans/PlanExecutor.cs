using System.Text.Json.Serialization.Metadata;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>
/// Carries out plans of one room: the only place that writes. Writes that would change nothing are skipped, so a second run of the same
/// plan writes nothing. Thread-safe.
/// </summary>
/// <typeparam name="TEntity">Reconciled kind.</typeparam>
/// <typeparam name="TStatus">Its status.</typeparam>
/// <param name="context">Shared services.</param>
/// <param name="descriptor">Reconciled kind.</param>
/// <param name="statusType">JSON contract of the status.</param>
/// <param name="manager">Field manager of the room; the status is written as <c>&lt;manager&gt;-status</c>.</param>
/// <param name="statusWrite">How the status is persisted.</param>
/// <param name="carriedOut">Called with each plan that was carried out; must be quick.</param>
public sealed class PlanExecutor<TEntity, TStatus>(
    PlanContext context,
    EntityDescriptor<TEntity> descriptor,
    JsonTypeInfo<TStatus> statusType,
    string manager,
    StatusWrite statusWrite = StatusWrite.Apply,
    Action<TEntity, Plan<TStatus>>? carriedOut = null)
    where TEntity : class, IKubernetesObject
    where TStatus : class
{
    private static readonly TimeSpan ConflictPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TerminatingPause = TimeSpan.FromSeconds(30);

    private readonly SettledApplies settled = new();
    private readonly StatusWriter<TEntity, TStatus> statusWriter = new(context.Client, descriptor, statusType, manager + "-status", statusWrite);

    /// <summary>Carries out a plan.</summary>
    /// <param name="entity">The reconciled object as the decision saw it.</param>
    /// <param name="plan">What to do.</param>
    /// <param name="cancellationToken">Stops between and within writes; a later pass picks up.</param>
    /// <returns>
    /// The plan's own result, or: conflict = again in a second; 429 = when the server says; object gone = done; namespace going = in 30 s.
    /// </returns>
    /// <exception cref="NameConflictException">A child's name is taken. An event tells it too.</exception>
    /// <exception cref="KubernetesException">Any other refusal; retried with back-off.</exception>
    public async Task<ReconciliationResult> ApplyAsync(TEntity entity, Plan<TStatus> plan, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(entity, plan, cancellationToken).ConfigureAwait(false);
        }
        catch (NameConflictException taken)
        {
            Tell(entity, EventNote.Warning("NameConflict", taken.Message));
            throw;
        }
        catch (StaleObjectException)
        {
            return ReconciliationResult.RequeueAfter(ConflictPause);
        }
        catch (KubernetesException refused) when (ResultOf(refused) is { } result)
        {
            return result;
        }

        foreach (var note in plan.Events.IsDefault ? [] : plan.Events)
            Tell(entity, note);
        carriedOut?.Invoke(entity, plan);
        return plan.Terminal is { } reason ? ReconciliationResult.Terminal(reason) : ReconciliationResult.After(plan.RequeueAfter);
    }

    private static ReconciliationResult? ResultOf(KubernetesException refused) => refused switch
    {
        { IsConflict: true } or { IsAlreadyExists: true } => ReconciliationResult.RequeueAfter(ConflictPause),
        { IsTooManyRequests: true, RetryAfter: { } wait } => ReconciliationResult.RequeueAfter(wait),
        { IsForbidden: true } when IsTerminating(refused) => ReconciliationResult.RequeueAfter(TerminatingPause),
        _ => null,
    };

    private static bool IsTerminating(KubernetesException refused) =>
        refused.Status.Details?.Causes?.Exists(static cause => cause.Reason == "NamespaceTerminating") == true;

    private async Task WriteAsync(TEntity entity, Plan<TStatus> plan, CancellationToken cancellationToken)
    {
        var intents = new IntentExecutor(context, settled, descriptor.Plural, manager, entity);
        if (plan.StatusFirst)
            await StatusAsync(intents, entity, plan.Status, cancellationToken).ConfigureAwait(false);
        foreach (var intent in plan.Intents.IsDefault ? [] : plan.Intents)
            await intent.AcceptAsync(intents, cancellationToken).ConfigureAwait(false);
        if (!plan.StatusFirst)
            await StatusAsync(intents, entity, plan.Status, cancellationToken).ConfigureAwait(false);
    }

    private async Task StatusAsync(IntentExecutor intents, TEntity entity, TStatus? status, CancellationToken cancellationToken)
    {
        if (status is not null
            && await statusWriter.WriteAsync(entity, status, intents.OwnerVersion, cancellationToken).ConfigureAwait(false) is { } written)
            intents.Remember(descriptor, written);
    }

    private void Tell(TEntity entity, EventNote note) => context.Recorder.Record(entity.ToReference(), note, manager);
}
