using System.Text.Json.Serialization;

namespace ModelOperator.GridSources;

/// <summary>What WattTime says about its values.</summary>
internal sealed class WattTimeMeta
{
    [JsonPropertyName("data_point_period_seconds")]
    public int PeriodSeconds { get; set; }

    [JsonPropertyName("signal_type")]
    public string? Signal { get; set; }

    [JsonPropertyName("units")]
    public string? Units { get; set; }
}
