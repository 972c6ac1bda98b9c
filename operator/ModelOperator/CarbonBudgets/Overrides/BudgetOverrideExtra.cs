using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>An amount beyond the limit, as decimal strings like a budget's limits. A part that is not given is not exceeded.</summary>
public sealed record BudgetOverrideExtra
{
    [Description("Grams of CO2 equivalent, for example \"0.5\".")]
    [RegularExpression("^(0|[1-9][0-9]{0,11})(\\.[0-9]{1,3})?$")]
    [StringLength(20)]
    public string? GramsCO2e { get; init; }

    [Description("Kilowatt-hours, PUE included, for example \"0.125\".")]
    [RegularExpression("^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,6})?$")]
    [StringLength(20)]
    public string? KilowattHours { get; init; }
}
