using System.Text.Json.Serialization;

namespace ModelOperator.GridSources;

/// <summary>One value of WattTime, in the unit that the document's meta names.</summary>
internal sealed class WattTimePoint
{
    [JsonPropertyName("point_time")]
    public DateTimeOffset At { get; set; }

    [JsonPropertyName("value")]
    public decimal? Value { get; set; }

    [JsonPropertyName("imputed_data_used")]
    public bool? Imputed { get; set; }
}
