using System.Globalization;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Answers CREATE of Pods that carry a run's label: what no budget holds anything for does not start. The cache may be behind, so it only lets in; what it
/// would refuse is read from the server first.
/// </summary>
/// <param name="caches">Caches of this replica.</param>
/// <param name="client">API server.</param>
public sealed class TrainingPodAdmission(Caches caches, IKubernetesClient client)
{
    /// <summary>What the label is for.</summary>
    internal const string Way = $"The label {ModelOperatorApi.RunUidLabel} is kept for the Pods of TrainingRuns, which the operator makes: create a TrainingRun, or leave the label away.";

    private readonly IStore<V1TrainingRun> runs = caches.For(ModelOperatorDescriptors.TrainingRuns);
    private readonly CarbonBudgetStore budgets = new(client, caches);

    /// <summary>Judges a Pod; everything but a CREATE passes.</summary>
    public async ValueTask<AdmissionDecision> ReviewAsync(AdmissionInput<V1Pod> input, CancellationToken cancellationToken)
    {
        if (!input.IsCreate || input.New is not { } pod)
            return AdmissionDecision.Allow();
        var space = input.NamespaceName;
        var name = RunOf(pod);
        if (name is not null && Refusal(pod, runs.Get(space, name), budgets.List(space), budgets.LabelsOf) is null)
            return AdmissionDecision.Allow();
        var run = name is null ? null : await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, name, space, cancellationToken);
        var live = run is null ? [] : await LiveBudgets.ListAsync(client, space, cancellationToken);
        return Refusal(pod, run, live, await LiveBudgets.LabelsAsync(client, space, live, cancellationToken)) is { } refusal ? AdmissionDecision.Deny(refusal) : AdmissionDecision.Allow();
    }

    /// <summary>Why a Pod with a run's label must not start; null when it may. Pure.</summary>
    /// <param name="pod">The Pod.</param>
    /// <param name="run">The run that controls it; null where there is none of that name.</param>
    /// <param name="budgets">Budgets of the namespace, and those over many.</param>
    /// <param name="labels">Labels of the namespace.</param>
    public static string? Refusal(V1Pod pod, V1TrainingRun? run, IEnumerable<V1CarbonBudget> budgets, LabelsByNamespace? labels = null)
    {
        if (run is null || RunOf(pod) is null || !pod.IsControlledBy(run.Metadata.Uid))
            return $"No TrainingRun controls this Pod. {Way}";
        if (run.Status?.CurrentAttempt is not { } attempt || CarbonBudgetPlanner.IsOver(run) || !IsRank(pod.Metadata.Name, run, attempt.Number))
            return $"TrainingRun {run.Metadata.Name} has no attempt under way that this Pod belongs to. {Way}";
        return CarbonBudgetMatcher.Matching(budgets, run, labels).FirstOrDefault(b => !TrainingRunPlanner.Holds(b, run)) is { } lacking
            ? $"{CarbonBudgetLedgers.FullTitleOf(lacking)} holds nothing for TrainingRun {run.Metadata.Name}: its Pods start when it does."
            : null;
    }

    private static bool IsRank(string name, V1TrainingRun run, int attempt) =>
        TrainingRanks.PodName(run.Metadata.Name, attempt, 0)[..^1] is var prefix && name.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var rank) && rank < run.Spec.Nodes;

    /// <summary>Name of the run that controls a Pod and whose label it carries; null where that is none.</summary>
    internal static string? RunOf(V1Pod pod) =>
        pod.Controller is { Kind: var kind, Name: var name, Uid: var uid } && kind == ModelOperatorDescriptors.TrainingRuns.Kind
        && pod.Metadata.Labels?.GetValueOrDefault(ModelOperatorApi.RunUidLabel) == uid ? name : null;
}
