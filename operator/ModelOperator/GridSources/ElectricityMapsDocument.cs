using System.Text.Json.Serialization;

namespace ModelOperator.GridSources;

/// <summary>Answers of <c>/v3/carbon-intensity/history</c>, <c>past-range</c> and <c>forecast</c>.</summary>
internal sealed class ElectricityMapsDocument
{
    [JsonPropertyName("history")]
    public List<ElectricityMapsPoint>? History { get; set; }

    [JsonPropertyName("data")]
    public List<ElectricityMapsPoint>? Data { get; set; }

    [JsonPropertyName("forecast")]
    public List<ElectricityMapsPoint>? Forecast { get; set; }
}
