using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments.Routing;

namespace ModelOperator.CanaryDeployments;

/// <summary>What to serve and how to get there.</summary>
public sealed record CanaryDeploymentSpec
{
    [Description("Model that is served.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(50, MinimumLength = 1)]
    public required string Model { get; init; }

    [Description("ModelVersion that should serve: the one field to change. The first one is deployed at once; later ones go through the steps.")]
    public required LocalReference VersionRef { get; init; }

    [Description("Name of the Service that clients call; the object's name when absent. One CanaryDeployment per Service.")]
    [RegularExpression("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(63)]
    public string? Service { get; init; }

    [Description("Alias that follows promotions, for example champion. The canary owns it.")]
    [RegularExpression("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(50)]
    public string? Alias { get; init; }

    [Description("The model server of each version.")]
    public ModelServerTemplate? Server { get; init; }

    [Description("The router that splits the traffic: exactly one member; the built-in gateway when absent.")]
    public TrafficRouting? TrafficRouting { get; init; }

    [Description("The gateway that splits the traffic.")]
    public GatewayTemplate? Gateway { get; init; }

    [Description("How a new version gets its traffic.")]
    public CanaryStrategy? Strategy { get; init; }

    [Description("How a new version is judged.")]
    public CanaryAnalysis? Analysis { get; init; }

    [Description("HTTP services that confirm, roll back or load-test.")]
    [MaxItems(CanaryHooks.Most)]
    public IReadOnlyList<CanaryWebhook>? Webhooks { get; init; }

    [Description("Lets steps up wait for a cleaner grid.")]
    public CanaryCarbonGate? Carbon { get; init; }

    [Description("Compares live rows with those of the training: the condition DataDrift.")]
    public CanaryDrift? Drift { get; init; }

    [Description("Who is told of transitions.")]
    [MaxItems(CanaryHooks.Most)]
    public IReadOnlyList<CanaryNotice>? Notices { get; init; }

    [Description("Seconds that a version may take to become available before the canary is rolled back.")]
    [Range(10, 86400)]
    [DefaultValue(600)]
    public int ProgressDeadlineSeconds { get; set; } = 600;

    [Description("Hold at the current weights until false. Rollback for harm goes on.")]
    public bool Paused { get; set; }

    [Description("Stop acting until false: nothing is judged, moved, started or taken away, not even for harm; traffic stays as it is.")]
    public bool Suspend { get; set; }

    [Description("Going back to a version that was stable within it skips the steps.")]
    public RollbackWindow? RollbackWindow { get; init; }
}
