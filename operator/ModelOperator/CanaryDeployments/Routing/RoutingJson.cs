using System.Text.Json.Serialization;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>JSON contract of routers' kinds, by the options of <see cref="KubernetesJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(KubernetesTimeConverter)])]
[JsonSerializable(typeof(HttpRoute))]
[JsonSerializable(typeof(KubernetesList<HttpRoute>))]
[JsonSerializable(typeof(VirtualService))]
[JsonSerializable(typeof(KubernetesList<VirtualService>))]
public sealed partial class RoutingJson : JsonSerializerContext;
