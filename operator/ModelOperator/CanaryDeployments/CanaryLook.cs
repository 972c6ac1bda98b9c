using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>The provider's answers for one look at one metric. For an error rate the values are counts of errors and the totals counts of requests.</summary>
/// <param name="Canary">Value of the canary.</param>
/// <param name="Stable">Value of the stable version.</param>
/// <param name="CanaryTotal">Observations behind the canary's value.</param>
/// <param name="StableTotal">Observations behind the stable value.</param>
public sealed record CanaryLook(Sample Canary, Sample Stable, Sample CanaryTotal, Sample StableTotal)
{
    /// <summary>Number of the look within its segment, from 1.</summary>
    public long Number { get; init; } = 1;

    /// <summary>True when the stable version's numbers are those of a time that is over, the same at every look.</summary>
    public bool IsBaselinePast { get; init; }

    /// <summary>Observations of the canary; 0 when unknown.</summary>
    public long CanarySamples => Whole(CanaryTotal);

    /// <summary>Observations of the stable version; 0 when unknown.</summary>
    public long StableSamples => Whole(StableTotal);

    private static long Whole(Sample sample) => sample.IsNumber && sample.Value is > 0 and < 1e15 ? (long)Math.Round(sample.Value) : 0;
}
