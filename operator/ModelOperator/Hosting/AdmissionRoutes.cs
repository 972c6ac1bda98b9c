using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.CarbonBudgets;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Commands;
using ModelOperator.GridSources;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Hosting;

/// <summary>The webhook's paths; each only asks the room's pure rules.</summary>
internal static class AdmissionRoutes
{
    public static void Map(WebApplication app, OperatorOptions options, IKubernetesClient client, TimeProvider time)
    {
        var services = app.Services.GetRequiredService<AdmissionServices>();
        var runs = new TrainingRunReview(
            app.Services.GetRequiredService<Caches>(), client, options, app.Services.GetRequiredService<GridKnowledge>(),
            app.Services.GetRequiredService<TrainingRunCalibrations>(), app.Services.GetRequiredService<ServerCapabilities>(), time);
        app.MapAdmission("/admission/trainingruns", ModelOperatorDescriptors.TrainingRuns, runs.ReviewAsync, services);
        app.MapAdmission("/admission/canarydeployments", ModelOperatorDescriptors.CanaryDeployments, async (input, cancel) =>
            await CommandAccess.CanaryDeployments.RefusalAsync(input, client, cancel)
            ?? Answer(input.New is null ? null : CanaryDeploymentAdmission.Refusal(input.Old, input.New, options)), services);
        app.MapAdmission("/admission/carbonbudgets", ModelOperatorDescriptors.CarbonBudgets,
            input => Answer(input.New is null ? null : CarbonBudgetAdmission.Refusal(input.Old, input.New)), services);
        app.MapAdmission("/admission/clustercarbonbudgets", ModelOperatorDescriptors.ClusterCarbonBudgets,
            input => Answer(input.New is null ? null : CarbonBudgetAdmission.Refusal(input.Old, input.New)), services);
        app.MapAdmission("/admission/budgetoverrides", ModelOperatorDescriptors.BudgetOverrides, async (input, cancel) =>
            Creators.Refusal(input, options.UserName) ?? await BudgetOverrideAsync(input, options, client, time, cancel), services);
        app.MapAdmission("/admission/creators/trainingruns", ModelOperatorDescriptors.TrainingRuns, input => Creators.Stamp(input, options.UserName), services);
        app.MapAdmission("/admission/creators/budgetoverrides", ModelOperatorDescriptors.BudgetOverrides, input => Creators.Stamp(input, options.UserName), services);
        app.MapAdmission("/admission/pods", KubernetesDescriptors.Pods, app.Services.GetRequiredService<TrainingPodAdmission>().ReviewAsync, services);
        app.MapAdmission("/admission/models", ModelOperatorDescriptors.Models, (input, cancel) => ModelAsync(input, client, cancel), services);
        app.MapAdmission("/admission/modelversions", ModelOperatorDescriptors.ModelVersions, new ModelVersionReview(client).ReviewAsync, services);
    }

    private static AdmissionDecision Answer(string? refusal) => refusal is null ? AdmissionDecision.Allow() : AdmissionDecision.Invalid(refusal);

    /// <summary>The run and the budget are read live: an approval is for what is there now.</summary>
    private static async ValueTask<AdmissionDecision> BudgetOverrideAsync(
        AdmissionInput<V1BudgetOverride> input, OperatorOptions options, IKubernetesClient client, TimeProvider time, CancellationToken cancellationToken)
    {
        if (input.New is not { } made)
            return AdmissionDecision.Allow();
        if (input.Old is { } old)
            return BudgetOverrideAdmission.Update(old, made);
        var run = made.Spec.Run.Name.Length == 0 ? null : await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, made.Spec.Run.Name, input.NamespaceName, cancellationToken);
        var budget = made.Spec.Budget.Name.Length == 0 ? null : await LiveBudgets.ReadAsync(client, made.Spec.Budget, input.NamespaceName, cancellationToken);
        var answer = BudgetOverrideAdmission.Create(
            made, input.User.Username ?? "", run, budget, options.Overrides, time.WholeSeconds(), await LiveBudgets.LabelsAsync(client, input.NamespaceName, [budget], cancellationToken));
        return answer.Allowed && await ClusterOverrideAccess.RefusalAsync(made, input.User, client, cancellationToken) is { } refusal ? AdmissionDecision.Deny(refusal) : answer;
    }

    private static async ValueTask<AdmissionDecision> ModelAsync(AdmissionInput<V1Model> input, IKubernetesClient client, CancellationToken cancellationToken) =>
        input.New is null ? AdmissionDecision.Allow() : Answer(ModelAdmission.Refusal(input.Old, input.New, await ModelVersionReview.CanariesAsync(input.NamespaceName, client, cancellationToken)));
}
