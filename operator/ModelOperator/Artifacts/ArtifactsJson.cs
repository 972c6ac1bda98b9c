using System.Text.Json.Serialization;

namespace ModelOperator.Artifacts;

/// <summary>JSON contracts of the artifact store and its clients.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ArtifactDocument))]
[JsonSerializable(typeof(StoreErrorDocument))]
[JsonSerializable(typeof(UploadState))]
[JsonSerializable(typeof(OpenCollection))]
[JsonSerializable(typeof(CollectionReport))]
[JsonSerializable(typeof(List<FetchItem>))]
[JsonSerializable(typeof(FetchReport))]
[JsonSerializable(typeof(PublishReport))]
[JsonSerializable(typeof(Dictionary<string, double>))]
[JsonSerializable(typeof(CheckpointMessage))]
public sealed partial class ArtifactsJson : JsonSerializerContext;
