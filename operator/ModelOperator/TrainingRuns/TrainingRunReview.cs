using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Commands;
using ModelOperator.GridSources;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Answers CREATE and UPDATE of TrainingRuns for the webhook. The cache of the budgets may be behind, so it only lets in; what it would refuse or warn of is held
/// against what the server has now. A run that slips in behind a budget which the cache did not know yet waits for the ledger like any other.
/// </summary>
/// <param name="caches">Caches of this replica.</param>
/// <param name="client">API server.</param>
/// <param name="options">Settings of the installation.</param>
/// <param name="grid">What is known about the grid.</param>
/// <param name="calibrations">What past runs say about estimates.</param>
/// <param name="server">What the API server can do.</param>
/// <param name="time">Clock.</param>
internal sealed class TrainingRunReview(Caches caches, IKubernetesClient client, OperatorOptions options, GridKnowledge grid, TrainingRunCalibrations calibrations, ServerCapabilities server, TimeProvider time)
{
    private readonly CarbonBudgetStore known = new(client, caches);
    private readonly CarbonBudgetReads reads = new(client);

    /// <summary>Judges a write. When budgets are needed and cannot be read the webhook's failurePolicy decides.</summary>
    public async ValueTask<AdmissionDecision> ReviewAsync(AdmissionInput<V1TrainingRun> input, CancellationToken cancellationToken)
    {
        if (Creators.Refusal(input, options.UserName) is { } forged)
            return forged;
        if (await TrainingRunQueueAdmission.RefusalAsync(input, server, cancellationToken) is { } queue)
            return AdmissionDecision.Invalid(queue);
        if (input.New is not { } run)
            return AdmissionDecision.Allow();
        if (await CommandAccess.TrainingRuns.RefusalAsync(input, client, cancellationToken) is { } command)
            return command;
        var space = input.NamespaceName;
        // On CREATE the object may not carry its namespace yet.
        run.Metadata.NamespaceProperty ??= space;
        if (known.HasSynced && Judge(known.List(space), known.LabelsOf) is { Allowed: true, Warnings: [] } allowed)
            return allowed;
        IReadOnlyList<V1CarbonBudget> budgets = run.Metadata.DeletionTimestamp is not null ? [] : await reads.ListAsync(space, cancellationToken);
        return Judge(budgets, await LiveBudgets.LabelsAsync(client, space, budgets, cancellationToken));

        AdmissionDecision Judge(IReadOnlyList<V1CarbonBudget> budgets, LabelsByNamespace labels) => TrainingRunAdmission.Review(
            input.Old, run, budgets, options, time.WholeSeconds(), grid.Average(TrainingRunEstimates.ZoneOf(run.Spec, options)), labels, calibrations.For(run));
    }
}
