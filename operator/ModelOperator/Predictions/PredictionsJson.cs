using System.Text.Json.Serialization;

namespace ModelOperator.Predictions;

/// <summary>JSON of the receiver.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PredictionBatch))]
[JsonSerializable(typeof(PredictionReceipt))]
[JsonSerializable(typeof(PredictionProblem))]
public sealed partial class PredictionsJson : JsonSerializerContext;
