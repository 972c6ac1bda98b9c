using System.Text.Json.Serialization;

namespace ModelOperator.Server.Models;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(VersionDocument))]
internal sealed partial class VersionJsonContext : JsonSerializerContext;
