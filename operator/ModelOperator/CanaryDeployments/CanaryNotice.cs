using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CanaryDeployments;

/// <summary>Somebody who is told of transitions.</summary>
public sealed record CanaryNotice
{
    [Description("Name, unique in the list.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(63)]
    public required string Name { get; init; }

    [Description("What is posted: Webhook (a document with every field) or Slack (a document with a text).")]
    [DefaultValue(CanaryNoticeType.Webhook)]
    public CanaryNoticeType Type { get; set; } = CanaryNoticeType.Webhook;

    [Description("Where it is posted to; or urlFrom.")]
    [RegularExpression("^https?://.+")]
    [StringLength(2048)]
    public string? Url { get; init; }

    [Description("Key of a Secret that holds the address, with the label modeloperator.io/provider-credentials: \"true\".")]
    public SecretKeyReference? UrlFrom { get; init; }

    [Description("Headers whose values are keys of Secrets that carry the label modeloperator.io/provider-credentials: \"true\".")]
    [MaxItems(CanaryHooks.MostHeaders)]
    public IReadOnlyList<HeaderFrom>? HeadersFrom { get; init; }

    [Description("What is told of: Deployed, Started, StepCompleted, Paused, Promoting, Promoted, RolledBack, Superseded, Command, Progress; everything when absent.")]
    [MaxItems(16)]
    public IReadOnlyList<CanaryNoticeEvent>? Events { get; init; }
}
