using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using ModelOperator.Api;

namespace ModelOperator.CarbonBudgets;

/// <summary>One requirement on a namespace's labels.</summary>
public sealed record NamespaceRequirement
{
    [Description("Label key.")]
    [StringLength(317, MinimumLength = 1)]
    public required string Key { get; init; }

    [Description("How the label's value is compared with values: In, NotIn, Exists or DoesNotExist. NotIn holds without the label, too.")]
    public required NamespaceOperator Operator { get; init; }

    [Description("Values for In and NotIn, at least one; none for Exists and DoesNotExist.")]
    [MaxItems(256)]
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>What is wrong with it; null when nothing is.</summary>
    [JsonIgnore]
    internal string? Problem => (Operator is NamespaceOperator.In or NamespaceOperator.NotIn) == Values is { Count: > 0 } ? null
        : Values is { Count: > 0 } ? $"values: '{string.Join(", ", Values)}' is not allowed: {Operator} takes none" : $"values: '' is not allowed: {Operator} takes at least one";

    internal bool HoldsFor(IReadOnlyDictionary<string, string> labels) => Operator switch
    {
        NamespaceOperator.In => labels.TryGetValue(Key, out var value) && Values!.Contains(value),
        NamespaceOperator.NotIn => !labels.TryGetValue(Key, out var value) || !Values!.Contains(value),
        NamespaceOperator.Exists => labels.ContainsKey(Key),
        _ => !labels.ContainsKey(Key),
    };
}
