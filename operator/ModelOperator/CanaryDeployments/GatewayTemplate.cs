using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>How the built-in gateway runs.</summary>
public sealed record GatewayTemplate
{
    [Description("Image of the gateway; the operator's own when absent. A gateway that runs keeps its image when the operator is upgraded.")]
    [StringLength(1024)]
    public string? Image { get; init; }

    [Description("Replicas of the gateway.")]
    [Range(1, 100)]
    [DefaultValue(1)]
    public int Replicas { get; set; } = 1;

    [Description("Request header whose value keeps a client with one version; absent: each request is split by weight.")]
    [RegularExpression("^[A-Za-z][-A-Za-z0-9]*$")]
    [StringLength(64)]
    public string? StickyHeader { get; init; }

    [Description("Cookie whose value keeps a client with one version, where stickyHeader is absent or a request lacks it. Clients set it; the gateway does not.")]
    [RegularExpression("^[A-Za-z_][-A-Za-z0-9_]*$")]
    [StringLength(64)]
    public string? StickyCookie { get; init; }
}
