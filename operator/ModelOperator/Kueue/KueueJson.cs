using System.Text.Json.Serialization;
using ModelOperator.Kubernetes;

namespace ModelOperator.Kueue;

/// <summary>JSON contract of Kueue's kinds, by the options of <see cref="KubernetesJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(KubernetesTimeConverter)])]
[JsonSerializable(typeof(AdmissionCheck))]
[JsonSerializable(typeof(KubernetesList<AdmissionCheck>))]
[JsonSerializable(typeof(Workload))]
[JsonSerializable(typeof(KubernetesList<Workload>))]
public sealed partial class KueueJson : JsonSerializerContext;
