using System.Globalization;

namespace ModelOperator.Analysis;

internal static class SampleCounts
{
    public static string Missing(long canary, long stable, long needed)
    {
        var (arm, have) = canary <= stable ? ("canary", canary) : ("stable", stable);
        return string.Create(CultureInfo.InvariantCulture, $"Waiting for samples: {arm} n={have} of {needed}.");
    }
}
