using System.Text.Json.Serialization;
using ModelOperator.Kubernetes;

namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>JSON contract of the kind, by the options of <see cref="KubernetesJson"/> with enums as their names.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(KubernetesTimeConverter)])]
[JsonSerializable(typeof(V1BudgetOverride))]
[JsonSerializable(typeof(KubernetesList<V1BudgetOverride>))]
[JsonSerializable(typeof(BudgetOverrideSpec))]
public sealed partial class BudgetOverridesJson : JsonSerializerContext;
