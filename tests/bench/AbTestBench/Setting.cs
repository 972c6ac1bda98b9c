namespace ModelOperator.AbTestBench;

/// <summary>Experiments whose arms are all alike.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Arms">Arms, the control included.</param>
/// <param name="PerLook">New users of an arm between two looks.</param>
/// <param name="Rate">Share of the users with an event.</param>
/// <param name="Value">Value of an event; null for a rate.</param>
internal sealed record Setting(string Name, int Arms, int PerLook, double Rate, Func<Random, double>? Value = null)
{
    /// <summary>True mean per user, or the rate.</summary>
    public double Truth => Value is null ? Rate : Rate * Mean;

    /// <summary>Mean of the values.</summary>
    public double Mean { get; init; } = 1;
}
