using System.Text.Json.Serialization;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>JSON contract of the room's kinds, by the options of <see cref="KubernetesJson"/> with enums as their names.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(KubernetesTimeConverter)])]
[JsonSerializable(typeof(V1TrainingRun))]
[JsonSerializable(typeof(KubernetesList<V1TrainingRun>))]
[JsonSerializable(typeof(TrainingRunStatus))]
[JsonSerializable(typeof(TrainingStatusReport))]
[JsonSerializable(typeof(Datasets.DatasetValidation))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
public sealed partial class TrainingRunsJson : JsonSerializerContext;
