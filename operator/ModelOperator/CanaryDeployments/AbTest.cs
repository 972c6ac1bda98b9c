using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>An A/B test: every user stays with one arm, and the arm that is shown to be better than the control is promoted.</summary>
public sealed record AbTest
{
    [Description("Two to four arms. The first is the control: the stable version. versionRef names another one.")]
    [MaxItems(AbTestDefaults.MostArms)]
    public required IReadOnlyList<AbTestArm> Arms { get; init; }

    [Description("What keeps a user with one arm.")]
    public required AbTestCohort Cohort { get; init; }

    [Description("One to four metrics of business events. The first decides; an arm that is shown to be worse in another one cannot win.")]
    [MaxItems(AbTestDefaults.MostMetrics)]
    public required IReadOnlyList<AbTestMetric> Metrics { get; init; }

    [Description("Chance of any false finding over all arms, all metrics and all looks together; a decimal string.")]
    [RegularExpression("^0\\.[0-9]{1,6}$")]
    [DefaultValue("0.05")]
    public string Alpha { get; set; } = "0.05";

    [Description("Users in every arm before anything is decided.")]
    [Range(30, 1_000_000_000)]
    [DefaultValue(1000)]
    public int MinSamples { get; set; } = 1000;

    [Description("Seconds before anything is decided; whole days, so that every hour of the day has its part.")]
    [Range(0, AbTestDefaults.LongestSeconds)]
    [DefaultValue(86400)]
    public int MinDurationSeconds { get; set; } = 86400;

    [Description("Seconds after which the test ends without a winner: the stable version stays. Prometheus must keep its data for longer.")]
    [Range(1, AbTestDefaults.LongestSeconds)]
    [DefaultValue(1209600)]
    public int MaxDurationSeconds { get; set; } = 1209600;

    [Description("Promote the winner at once; false: wait for the command promote.")]
    [DefaultValue(true)]
    public bool AutoPromote { get; set; } = true;
}
