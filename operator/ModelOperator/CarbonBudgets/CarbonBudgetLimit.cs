using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CarbonBudgets;

/// <summary>Limits as decimal strings with up to three places (milligrams, milliwatt-hours times 1000): no float is ever compared.</summary>
public sealed record CarbonBudgetLimit
{
    [Description("Grams of CO2 equivalent per window, for example \"250\" or \"0.5\".")]
    [RegularExpression("^(0|[1-9][0-9]{0,11})(\\.[0-9]{1,3})?$")]
    [StringLength(20)]
    public string? GramsCO2e { get; init; }

    [Description("Kilowatt-hours per window, PUE included, for example \"20\" or \"0.125\".")]
    [RegularExpression("^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,6})?$")]
    [StringLength(20)]
    public string? KilowattHours { get; init; }
}
