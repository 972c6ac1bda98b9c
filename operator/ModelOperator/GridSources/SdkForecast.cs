using System.Text.Json.Serialization;

namespace ModelOperator.GridSources;

/// <summary>One location of the Carbon Aware SDK's <c>/emissions/forecasts/current</c>.</summary>
internal sealed class SdkForecast
{
    [JsonPropertyName("forecastData")]
    public List<SdkForecastPoint>? Points { get; set; }
}
