using System.Text.Json.Serialization;

namespace ModelOperator.GridSources;

/// <summary>Answer of <c>/login</c>.</summary>
internal sealed class WattTimeLogin
{
    [JsonPropertyName("token")]
    public string? Token { get; set; }
}
