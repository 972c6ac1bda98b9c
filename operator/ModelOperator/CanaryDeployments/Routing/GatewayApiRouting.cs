using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>Gateway API.</summary>
public sealed record GatewayApiRouting
{
    [Description("HTTPRoute in this namespace. Every rule with backendRefs to both of our Services, <service> and <service>-canary, gets the weights; nothing else of it is written.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
    [StringLength(253, MinimumLength = 1)]
    public required string HttpRoute { get; init; }
}
