namespace ModelOperator.Carbon.Estimates;

/// <summary>What a run computes on.</summary>
public enum RunDevice
{
    /// <summary>CPU only; no GPU energy is estimated for it.</summary>
    Cpu,

    /// <summary>One or more whole GPUs, besides CPU and memory.</summary>
    Gpu,
}
