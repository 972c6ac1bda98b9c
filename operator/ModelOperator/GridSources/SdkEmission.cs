using System.Text.Json.Serialization;

namespace ModelOperator.GridSources;

/// <summary>One entry of the Carbon Aware SDK's <c>/emissions/bylocation</c>, g per kWh; the duration is a time span.</summary>
internal sealed class SdkEmission
{
    [JsonPropertyName("time")]
    public DateTimeOffset At { get; set; }

    [JsonPropertyName("rating")]
    public decimal Rating { get; set; }

    [JsonPropertyName("duration")]
    public string? Duration { get; set; }
}
