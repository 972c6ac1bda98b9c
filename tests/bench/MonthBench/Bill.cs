namespace ModelOperator.MonthBench;

/// <summary>What a month came to.</summary>
/// <param name="Grams">CO2e, PUE included.</param>
/// <param name="KilowattHours">Energy, PUE included.</param>
/// <param name="GpuHours">GPUs held.</param>
/// <param name="Cost">USD for the GPUs held.</param>
/// <param name="Wasted">GPU hours whose result nobody used: lost to evictions, runs identical to an earlier one, trials that did not win.</param>
internal sealed record Bill(double Grams = 0, double KilowattHours = 0, double GpuHours = 0, double Cost = 0, double Wasted = 0)
{
    public static Bill operator +(Bill left, Bill right) =>
        new(left.Grams + right.Grams, left.KilowattHours + right.KilowattHours, left.GpuHours + right.GpuHours, left.Cost + right.Cost, left.Wasted + right.Wasted);
}
