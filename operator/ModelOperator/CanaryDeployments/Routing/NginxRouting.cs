using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>ingress-nginx.</summary>
public sealed record NginxRouting
{
    [Description("Ingress in this namespace with paths to our Service <service>. Beside it the operator makes the Ingress <name>-canary with the same paths to <service>-canary; yours is never written.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
    [StringLength(253, MinimumLength = 1)]
    public required string Ingress { get; init; }

    [Description("Request header that sends a request to the canary whatever the weight, while the canary has any traffic: canary-by-header. Values: always and never, or headerValue.")]
    [RegularExpression("^[A-Za-z][-A-Za-z0-9]*$")]
    [StringLength(64)]
    public string? Header { get; init; }

    [Description("The value of the header that goes to the canary, in the place of always: canary-by-header-value.")]
    [RegularExpression("^[A-Za-z0-9][-A-Za-z0-9_.]*$")]
    [StringLength(64)]
    public string? HeaderValue { get; init; }
}
