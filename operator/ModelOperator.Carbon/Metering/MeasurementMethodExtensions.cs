namespace ModelOperator.Carbon.Metering;

/// <summary>What people are told about a method.</summary>
public static class MeasurementMethodExtensions
{
    /// <summary>One sentence that says what the figure is worth.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a value of the enumeration.</exception>
    public static string Describe(this MeasurementMethod method) => method switch
    {
        MeasurementMethod.MeasuredCounter => "Measured with the device's own energy counter.",
        MeasurementMethod.MeasuredPower => "Measured: power samples of the device, integrated over time.",
        MeasurementMethod.ReportedByTrainer => "Reported by the trainer itself; no sensor of ours has checked it.",
        MeasurementMethod.ModelledCPU => "Modelled from CPU seconds and memory, not measured; the true value lies in a wide band around it.",
        MeasurementMethod.ModelledGPU => "Modelled from the GPU's rated power and an assumed utilisation, not measured; the true value lies between idle and rated power.",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "unknown measurement method"),
    };

    /// <summary>True when a sensor was read.</summary>
    public static bool IsMeasured(this MeasurementMethod method) =>
        method is MeasurementMethod.MeasuredCounter or MeasurementMethod.MeasuredPower;
}
