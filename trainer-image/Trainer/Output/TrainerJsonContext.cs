using System.Text.Json.Serialization;
using ModelOperator.Trainer.Learning;
using ModelOperator.Trainer.Reporting;

namespace ModelOperator.Trainer.Output;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ResultDocument))]
[JsonSerializable(typeof(Checkpoint))]
[JsonSerializable(typeof(YieldDocument))]
[JsonSerializable(typeof(StatusUpdate))]
[JsonSerializable(typeof(MetricLine))]
internal sealed partial class TrainerJsonContext : JsonSerializerContext;
