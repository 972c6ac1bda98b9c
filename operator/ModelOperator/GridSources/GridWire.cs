using System.Text.Json.Serialization;

namespace ModelOperator.GridSources;

/// <summary>JSON contracts of the sources, as far as they are read.</summary>
[JsonSerializable(typeof(ElectricityMapsDocument))]
[JsonSerializable(typeof(WattTimeLogin))]
[JsonSerializable(typeof(WattTimeDocument))]
[JsonSerializable(typeof(List<SdkEmission>))]
[JsonSerializable(typeof(List<SdkForecast>))]
internal sealed partial class GridWire : JsonSerializerContext;
