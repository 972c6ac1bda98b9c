using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Hosting;

/// <summary>The webhook's paths; each only asks the room's pure rules.</summary>
internal static class AdmissionRoutes
{
    public static void Map(WebApplication app, OperatorOptions options, IKubernetesClient client, TimeProvider time)
    {
        var services = app.Services.GetRequiredService<AdmissionServices>();
        app.MapAdmission("/admission/trainingruns", ModelOperatorDescriptors.TrainingRuns, (input, cancel) => TrainingRunAsync(input, options, client, time, cancel), services);
        app.MapAdmission("/admission/canarydeployments", ModelOperatorDescriptors.CanaryDeployments,
            input => Answer(input.New is null ? null : CanaryDeploymentAdmission.Refusal(input.Old, input.New)), services);
        app.MapAdmission("/admission/carbonbudgets", ModelOperatorDescriptors.CarbonBudgets,
            input => Answer(input.New is null ? null : CarbonBudgetAdmission.Refusal(input.Old, input.New)), services);
    }

    private static AdmissionDecision Answer(string? refusal) => refusal is null ? AdmissionDecision.Allow() : AdmissionDecision.Invalid(refusal);

    /// <summary>Budgets are read live: a cache could be a budget behind. When they cannot be read the webhook's failurePolicy decides.</summary>
    private static async ValueTask<AdmissionDecision> TrainingRunAsync(
        AdmissionInput<V1TrainingRun> input, OperatorOptions options, IKubernetesClient client, TimeProvider time, CancellationToken cancellationToken)
    {
        if (input.New is null)
            return AdmissionDecision.Allow();
        var budgets = input.New.Metadata.DeletionTimestamp is not null
            ? []
            : (await client.ListAllAsync(ModelOperatorDescriptors.CarbonBudgets, input.NamespaceName, null, cancellationToken)).Items;
        // On CREATE the object may not carry its namespace yet.
        input.New.Metadata.NamespaceProperty ??= input.NamespaceName;
        return TrainingRunAdmission.Review(input.Old, input.New, budgets, options, time.WholeSeconds());
    }
}
