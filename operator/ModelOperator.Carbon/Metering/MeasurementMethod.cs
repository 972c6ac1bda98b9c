namespace ModelOperator.Carbon.Metering;

/// <summary>How an energy figure was obtained; the names are the values of <c>status.energy.method</c>.</summary>
public enum MeasurementMethod
{
    /// <summary>From an energy counter of the device (NVML, DCGM, RAPL).</summary>
    MeasuredCounter,

    /// <summary>Power samples of the device, integrated over time.</summary>
    MeasuredPower,

    /// <summary>The trainer's own report, not checked against a sensor of ours.</summary>
    ReportedByTrainer,

    /// <summary>A model from CPU seconds and memory.</summary>
    ModelledCPU,

    /// <summary>A model from the GPU's rated power and an assumed utilisation.</summary>
    ModelledGPU,
}
