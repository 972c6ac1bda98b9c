using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>Istio.</summary>
public sealed record IstioRouting
{
    [Description("VirtualService in this namespace. HTTP routes with destinations to both of our Services, <service> and <service>-canary, get the weights; nothing else of it is written.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
    [StringLength(253, MinimumLength = 1)]
    public required string VirtualService { get; init; }

    [Description("Names of the HTTP routes; all with both destinations when absent.")]
    [MaxItems(16)]
    public IReadOnlyList<string>? Routes { get; init; }
}
