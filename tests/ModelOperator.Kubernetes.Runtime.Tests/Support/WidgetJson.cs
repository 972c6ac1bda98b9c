using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes.Runtime.Tests.Support;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(KubernetesTimeConverter)])]
[JsonSerializable(typeof(V1Widget))]
[JsonSerializable(typeof(KubernetesList<V1Widget>))]
[JsonSerializable(typeof(WidgetStatus))]
public sealed partial class WidgetJson : JsonSerializerContext;
