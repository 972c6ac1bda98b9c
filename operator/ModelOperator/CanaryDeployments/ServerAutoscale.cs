using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>How many replicas the stable version has, by what its gateway counts.</summary>
public sealed record ServerAutoscale
{
    [Description("Fewest replicas. 0: none while nobody asks; the gateway holds the first requests until a server has started.")]
    [Range(0, 1000)]
    [DefaultValue(1)]
    public int MinReplicas { get; set; } = 1;

    [Description("Most replicas.")]
    [Range(1, 1000)]
    public required int MaxReplicas { get; init; }

    [Description("Requests under way at once that one replica is made for, on average over a minute. Slower answers raise them, as more requests do.")]
    [Range(1, 100000)]
    public int? TargetInFlight { get; init; }

    [Description("Requests per second that one replica is made for, on average over a minute.")]
    [Range(1, 1000000)]
    public int? TargetRequestsPerSecond { get; init; }

    [Description("Seconds without any request after which the last replica goes; with minReplicas 0.")]
    [Range(30, 604800)]
    [DefaultValue(300)]
    public int IdleSeconds { get; set; } = 300;

    [Description("Seconds that a request waits for a server to start; then it is answered 503.")]
    [Range(1, 3600)]
    [DefaultValue(60)]
    public int HoldSeconds { get; set; } = 60;

    [Description("Seconds over which the most replicas that were wanted count when there could be fewer.")]
    [Range(0, 3600)]
    [DefaultValue(300)]
    public int ScaleDownSeconds { get; set; } = 300;
}
