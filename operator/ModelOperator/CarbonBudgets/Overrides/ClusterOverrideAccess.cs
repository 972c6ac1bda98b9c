using ModelOperator.Api;
using ModelOperator.Commands;
using ModelOperator.Kubernetes;

namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>
/// Creating an override is a right in a namespace, whose administrators have it. A budget over many namespaces limits them: to exceed that one needs the
/// verb "override" on it, too.
/// </summary>
public static class ClusterOverrideAccess
{
    private const string Verb = "override";
    private const string Role = "model-operator-cluster-budget-owner";

    /// <summary>The refusal; null when the user may, or the budget is the namespace's own.</summary>
    public static async Task<string?> RefusalAsync(V1BudgetOverride made, V1UserInfo user, IKubernetesClient client, CancellationToken cancellationToken)
    {
        var (kind, name) = (ModelOperatorDescriptors.ClusterCarbonBudgets, made.Spec.Budget.Name);
        if (made.Spec.Budget.Kind != CarbonBudgetKind.ClusterCarbonBudget)
            return null;
        var attributes = new V1ResourceAttributes { Group = kind.Group, Version = kind.Version, Resource = kind.Plural, Verb = Verb, Name = name };
        return await AccessReview.AllowsAsync(client, user, attributes, cancellationToken)
            ? null
            : $"user {user.Username} may not {Verb} {kind.Plural}.{kind.Group} \"{name}\": the verb \"{Verb}\" is needed, which ClusterRole {Role} grants";
    }
}
