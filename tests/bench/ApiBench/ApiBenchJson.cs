using System.Text.Json;
using System.Text.Json.Serialization;
using ModelOperator.Kubernetes;

namespace ModelOperator.ApiBench;

/// <summary>JSON of requests and results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(CreationResult))]
[JsonSerializable(typeof(KubernetesList<V1PartialObjectMetadata>))]
[JsonSerializable(typeof(FollowingResult))]
[JsonSerializable(typeof(SteadyRateResult))]
internal sealed partial class ApiBenchJson : JsonSerializerContext;
