using System.Text.Json.Serialization;
using ModelOperator.Kubernetes;

namespace ModelOperator.ModelVersions;

/// <summary>JSON contract of the room's kinds, by the options of <see cref="KubernetesJson"/> with enums as their names.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(KubernetesTimeConverter)])]
[JsonSerializable(typeof(V1Model))]
[JsonSerializable(typeof(KubernetesList<V1Model>))]
[JsonSerializable(typeof(V1ModelVersion))]
[JsonSerializable(typeof(KubernetesList<V1ModelVersion>))]
[JsonSerializable(typeof(ModelSpec))]
[JsonSerializable(typeof(ModelGates))]
[JsonSerializable(typeof(ModelStatus))]
[JsonSerializable(typeof(ModelVersionSpec))]
[JsonSerializable(typeof(ModelVersionStatus))]
[JsonSerializable(typeof(ModelSignature))]
public sealed partial class ModelVersionsJson : JsonSerializerContext;
