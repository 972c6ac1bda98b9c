using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>Comparison with the stable version.</summary>
public sealed record MetricComparison
{
    [Description("Relative worsening that is tolerated, as a decimal string: 0.1 allows 10 %. With statistic PopulationStability the index that is tolerated.")]
    [RegularExpression("^[0-9]+(\\.[0-9]{1,6})?$")]
    [DefaultValue("0.1")]
    [StringLength(16)]
    public string Tolerance { get; set; } = "0.1";

    [Description("Which direction is harm.")]
    [DefaultValue(HarmDirection.Increase)]
    public HarmDirection Harm { get; set; } = HarmDirection.Increase;

    [Description("The test. By default SequentialBinomial for type ErrorRate, DeLong for Auc, PopulationStability for PredictionDrift and Relative for the others.")]
    public MetricStatistic? Statistic { get; init; }

    [Description("Range that every value lies in, for statistic SequentialMean: makes its test exact for any distribution.")]
    public MetricThreshold? Range { get; init; }

    [Description("Chance of a false rollback per step, over all measurements of it, for every statistic but Relative; a decimal string.")]
    [RegularExpression("^0\\.[0-9]{1,6}$")]
    [DefaultValue("0.01")]
    public string Alpha { get; set; } = "0.01";
}
