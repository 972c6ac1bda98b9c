namespace ModelOperator.EnergyMetering;

/// <summary>Asks sensors about a Pod's energy.</summary>
public interface IPowerMeter
{
    /// <summary>What sensors say; an outage or missing series are part of the answer, never an exception. Bounded in time.</summary>
    Task<PowerEvidence?> MeasureAsync(PowerQuestion question, CancellationToken cancellationToken);
}
