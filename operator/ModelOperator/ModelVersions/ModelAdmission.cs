using System.Text.Json;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.ModelVersions;

/// <summary>What the webhook says about a Model; the same rules run again in the reconciler.</summary>
public static class ModelAdmission
{
    /// <summary>The refusal, or null when the object is allowed. An update with an unchanged spec, or of an object that is going, always passes.</summary>
    /// <param name="old">The object before; null on CREATE.</param>
    /// <param name="model">The object.</param>
    /// <param name="canaries">CanaryDeployments of the namespace.</param>
    public static string? Refusal(V1Model? old, V1Model model, IReadOnlyCollection<V1CanaryDeployment> canaries)
    {
        if (model.IsDeleting || (old is not null && Wire(old.Spec) == Wire(model.Spec)))
            return null;
        var problems = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var alias in model.Spec.Aliases ?? [])
        {
            if (ModelAliasName.Refusal(alias.Name) is { } refusal)
                problems.Add($"spec.aliases: {refusal}.");
            if (!names.Add(alias.Name))
                problems.Add($"spec.aliases: the alias '{alias.Name}' stands twice.");
            if (ModelVersionName.NumberOf(model.Metadata.Name, alias.Version) is null)
                problems.Add($"spec.aliases: '{alias.Version}' is not the name of a version of {model.Metadata.Name} ({model.Metadata.Name}-<number>).");
            var owner = canaries.FirstOrDefault(canary => canary.Spec.Model == model.Metadata.Name && canary.Spec.Alias == alias.Name && !canary.IsDeleting);
            if (owner is not null)
                problems.Add($"{ModelReasons.AliasOwnedByCanary}: alias '{alias.Name}' is owned by CanaryDeployment {owner.Metadata.Name}; it moves by promotion, not in git.");
        }
        if (ModelGateJudge.Refusal(model.Spec.Gates) is { } gates)
            problems.Add(gates);
        return problems.Count == 0 ? null : string.Join(" ", problems);
    }

    // Lists make record equality too strict; the wire form is what the user wrote.
    private static string Wire(ModelSpec spec) => JsonSerializer.Serialize(spec, ModelVersionsJson.Default.ModelSpec);
}
