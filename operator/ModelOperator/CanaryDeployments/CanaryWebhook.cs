using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>An HTTP service that is asked, or told. Any 2xx is a yes.</summary>
public sealed record CanaryWebhook
{
    [Description("Name, unique in the list.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(63)]
    public required string Name { get; init; }

    [Description("When it is called: ConfirmStart, ConfirmStep, ConfirmPromotion, Rollback or LoadTest.")]
    public required CanaryWebhookType Type { get; init; }

    [Description("Where a JSON document is posted to.")]
    [RegularExpression("^https?://.+")]
    [StringLength(2048)]
    public required string Url { get; init; }

    [Description("Headers whose values are keys of Secrets that carry the label modeloperator.io/provider-credentials: \"true\".")]
    [MaxItems(CanaryHooks.MostHeaders)]
    public IReadOnlyList<HeaderFrom>? HeadersFrom { get; init; }

    [Description("Seconds that one call may take.")]
    [Range(1, 60)]
    [DefaultValue(10)]
    public int CallTimeoutSeconds { get; set; } = 10;

    [Description("Further tries of a call that found nobody or a 5xx.")]
    [Range(0, 5)]
    [DefaultValue(1)]
    public int Retries { get; set; } = 1;

    [Description("Seconds between calls of a service that has not said yes; 30 when absent. Not for LoadTest.")]
    [Range(5, 86400)]
    public int? IntervalSeconds { get; init; }

    [Description("Seconds without a yes after which onTimeout decides; 86400 when absent. For ConfirmStart, ConfirmStep and ConfirmPromotion.")]
    [Range(1, 2592000)]
    public int? TimeoutSeconds { get; init; }

    [Description("What is decided when no yes has come: Rollback (when absent) or Promote. For ConfirmStart, ConfirmStep and ConfirmPromotion.")]
    public GateTimeoutAction? OnTimeout { get; init; }
}
