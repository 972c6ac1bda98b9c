using System.Text.Json.Serialization;
using ModelOperator.Gateway.Routing;
using ModelOperator.Gateway.Traffic;

namespace ModelOperator.Gateway.Hosting;

/// <summary>JSON contracts of the gateway.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RouteTableDocument))]
[JsonSerializable(typeof(GatewayError))]
[JsonSerializable(typeof(FeedbackAnswer))]
[JsonSerializable(typeof(EventsAnswer))]
[JsonSerializable(typeof(RoutesReport))]
internal sealed partial class GatewayJson : JsonSerializerContext;
