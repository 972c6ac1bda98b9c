using System.Text.Json.Serialization;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments;

/// <summary>JSON contract of the room's kinds, by the options of <see cref="KubernetesJson"/> with enums as their names.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(KubernetesTimeConverter)])]
[JsonSerializable(typeof(V1CanaryDeployment))]
[JsonSerializable(typeof(KubernetesList<V1CanaryDeployment>))]
[JsonSerializable(typeof(CanaryDeploymentStatus))]
[JsonSerializable(typeof(CanaryDeploymentSpec))]
public sealed partial class CanaryDeploymentsJson : JsonSerializerContext;
