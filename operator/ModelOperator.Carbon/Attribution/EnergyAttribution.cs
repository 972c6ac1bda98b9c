namespace ModelOperator.Carbon.Attribution;

/// <summary>
/// Splits a device's energy among its holders: active = total - idle goes by activity, idle goes by what is reserved. Nothing is lost:
/// the sum of all parts and of what is unallocated is the total.
/// </summary>
public static class EnergyAttribution
{
    /// <summary>Splits one interval.</summary>
    /// <param name="totalJoules">All energy of the device, J.</param>
    /// <param name="idleJoules">What it would have used idle, J; at most the total counts.</param>
    /// <param name="holders">Who holds it; each name once. Shares that add up to more than 1 are scaled down to 1.</param>
    /// <param name="systemWeight">Activity that is nobody's, on the holders' scale (for CPU: seconds of the system).</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative or infinite amount, weight or share.</exception>
    /// <exception cref="ArgumentException">A name that comes twice.</exception>
    public static AttributedEnergy Split(
        double totalJoules, double idleJoules, IReadOnlyCollection<EnergyHolder> holders, double systemWeight = 0)
    {
        Check(totalJoules, nameof(totalJoules));
        Check(idleJoules, nameof(idleJoules));
        Check(systemWeight, nameof(systemWeight));
        foreach (var holder in holders)
        {
            Check(holder.ActiveWeight, nameof(holders));
            Check(holder.HeldShare, nameof(holders));
        }

        var idle = Math.Min(idleJoules, totalJoules);
        var held = Math.Max(1, holders.Sum(h => h.HeldShare));
        var weights = holders.Sum(h => h.ActiveWeight) + systemWeight;
        var parts = holders.ToDictionary(
            h => h.Name,
            h => (idle * h.HeldShare / held) + ((totalJoules - idle) * ActiveShare(h, weights, holders)),
            StringComparer.Ordinal);
        return new(parts, totalJoules - parts.Values.Sum());
    }

    // Without any sign of activity the holders share it by what they hold.
    private static double ActiveShare(EnergyHolder holder, double weights, IReadOnlyCollection<EnergyHolder> holders)
    {
        if (weights > 0)
            return holder.ActiveWeight / weights;
        var held = holders.Sum(h => h.HeldShare);
        return held > 0 ? holder.HeldShare / held : 0;
    }

    private static void Check(double value, string name)
    {
        if (!double.IsFinite(value) || value < 0)
            throw new ArgumentOutOfRangeException(name, value, "must be finite and not negative");
    }
}
