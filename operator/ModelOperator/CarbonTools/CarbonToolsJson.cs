using System.Text.Json.Serialization;

namespace ModelOperator.CarbonTools;

/// <summary>JSON that <c>modeloperator carbon</c> prints.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IntensityReport))]
[JsonSerializable(typeof(EnergyReport))]
[JsonSerializable(typeof(EstimateReport))]
[JsonSerializable(typeof(IReadOnlyList<SciReport>))]
[JsonSerializable(typeof(List<MeterReading>))]
[JsonSerializable(typeof(RecostReport))]
[JsonSerializable(typeof(ScheduleReport))]
internal sealed partial class CarbonToolsJson : JsonSerializerContext;
