using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.CarbonBudgets;

/// <summary>Selects namespaces as a metav1.LabelSelector does: everything that is given must hold, and an empty one selects all.</summary>
public sealed record NamespaceSelector
{
    [Description("Labels that the namespace must have.")]
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    [Description("Further requirements on its labels.")]
    [MaxItems(64)]
    public IReadOnlyList<NamespaceRequirement>? MatchExpressions { get; init; }

    /// <summary>Whether a namespace with these labels is selected. A requirement that says nothing holds: nobody escapes a limit by a mistake in it.</summary>
    internal bool Selects(IReadOnlyDictionary<string, string> labels) =>
        (MatchLabels ?? new Dictionary<string, string>()).All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value)
        && (MatchExpressions ?? []).All(r => r.Problem is not null || r.HoldsFor(labels));

    /// <summary>What is wrong with it, each naming field, value and what is allowed.</summary>
    internal IEnumerable<string> Problems() => (MatchExpressions ?? [])
        .Select(static (r, i) => r.Problem is { } problem ? $"spec.namespaceSelector.matchExpressions[{i}].{problem}; until then nothing can start under this budget." : null).OfType<string>();
}
