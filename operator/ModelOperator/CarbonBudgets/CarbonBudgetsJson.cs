using System.Text.Json.Serialization;
using ModelOperator.Kubernetes;

namespace ModelOperator.CarbonBudgets;

/// <summary>JSON contract of the room's kinds, by the options of <see cref="KubernetesJson"/> with enums as their names.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(KubernetesTimeConverter)])]
[JsonSerializable(typeof(V1CarbonBudget))]
[JsonSerializable(typeof(KubernetesList<V1CarbonBudget>))]
[JsonSerializable(typeof(CarbonBudgetSpec))]
[JsonSerializable(typeof(V1ClusterCarbonBudget))]
[JsonSerializable(typeof(KubernetesList<V1ClusterCarbonBudget>))]
[JsonSerializable(typeof(ClusterCarbonBudgetSpec))]
public sealed partial class CarbonBudgetsJson : JsonSerializerContext;
