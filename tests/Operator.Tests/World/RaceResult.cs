using System.Globalization;

namespace ModelOperator.Operator.Tests.World;

/// <summary>What a round of the race came to.</summary>
/// <param name="MostHeld">Most runs that a budget held at any moment.</param>
/// <param name="Overdrawn">Versions of budgets that held more than their limit.</param>
/// <param name="Unheld">Pods that appeared while a budget did not hold their run.</param>
/// <param name="Started">Runs that have started at the end.</param>
/// <param name="Denied">Runs above the whole limit that the webhook refused.</param>
/// <param name="Leaders">Leaders that were killed or lost their lease.</param>
/// <param name="Conflicts">Answers 409 that operators met.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record RaceResult(int MostHeld, int Overdrawn, int Unheld, int Started, int Denied, int Leaders, int Conflicts, double Seconds)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{MostHeld} {Overdrawn} {Unheld} {Started} {Denied} {Leaders} {Conflicts} {Seconds:0.0}");
}
