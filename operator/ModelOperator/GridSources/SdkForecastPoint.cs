using System.Text.Json.Serialization;

namespace ModelOperator.GridSources;

/// <summary>One point of a forecast, g per kWh over a number of minutes.</summary>
internal sealed class SdkForecastPoint
{
    [JsonPropertyName("timestamp")]
    public DateTimeOffset At { get; set; }

    [JsonPropertyName("duration")]
    public int Minutes { get; set; }

    [JsonPropertyName("value")]
    public decimal Value { get; set; }
}
