namespace ModelOperator.CarbonTools;

/// <summary>What a file of readings holds.</summary>
internal enum MeterUnit
{
    /// <summary>Power, W.</summary>
    Watts,

    /// <summary>NVML's or DCGM's counter, mJ.</summary>
    Millijoules,

    /// <summary>RAPL's counter, µJ.</summary>
    Microjoules,
}
