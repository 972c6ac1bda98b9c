using System.Text.Json.Serialization;

namespace ModelOperator.RegistryApi;

/// <summary>JSON contracts of the API.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiProblem))]
[JsonSerializable(typeof(List<string>))]
public sealed partial class ApiJson : JsonSerializerContext;
