using System.Text.Json.Serialization;

namespace ModelOperator.Datasets;

/// <summary>JSON contract of profiles.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(DatasetProfile))]
public sealed partial class DatasetsJson : JsonSerializerContext;
