using System.Text.Json.Serialization;

namespace ModelOperator.CanaryDeployments;

/// <summary>JSON of what leaves for webhooks and notices.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(WebhookCall))]
[JsonSerializable(typeof(NoticeDocument))]
[JsonSerializable(typeof(SlackDocument))]
internal sealed partial class WebhookJson : JsonSerializerContext;
