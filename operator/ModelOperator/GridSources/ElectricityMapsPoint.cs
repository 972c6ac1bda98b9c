using System.Text.Json.Serialization;

namespace ModelOperator.GridSources;

/// <summary>One hour of Electricity Maps, g CO2eq per kWh; the value is null where it has none.</summary>
internal sealed class ElectricityMapsPoint
{
    [JsonPropertyName("datetime")]
    public DateTimeOffset At { get; set; }

    [JsonPropertyName("carbonIntensity")]
    public decimal? Grams { get; set; }

    [JsonPropertyName("isEstimated")]
    public bool? Estimated { get; set; }
}
