using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>JSON contract of exec plugins; apart from <see cref="KubernetesJson"/> because its types are internal.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExecCredential))]
internal sealed partial class ExecCredentialJson : JsonSerializerContext;
