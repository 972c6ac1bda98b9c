using System.Text.Json.Serialization;

namespace ModelOperator.GridSources;

/// <summary>Answers of <c>/v3/historical</c> and <c>/v3/forecast</c>.</summary>
internal sealed class WattTimeDocument
{
    [JsonPropertyName("data")]
    public List<WattTimePoint>? Data { get; set; }

    [JsonPropertyName("meta")]
    public WattTimeMeta? Meta { get; set; }
}
