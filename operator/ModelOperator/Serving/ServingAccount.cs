using ModelOperator.Carbon;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Accounts;
using ModelOperator.Carbon.Metering;
using ModelOperator.EnergyMetering;

namespace ModelOperator.Serving;

/// <summary>
/// Energy, emissions and cost of Pods that serve, by the same sources in the same order as a run's (<see cref="RunEnergyMeter"/>): sensors, else the model from
/// the CPU seconds that the kubelet counted, else from the CPU that was asked for. Memory counts as the larger of asked for and used. Pure.
/// </summary>
public static class ServingAccount
{
    private const double BytesPerGibibyte = 1L << 30;

    /// <summary>The question to the sensors about a part of a Pod's time.</summary>
    public static PowerQuestion Question(ServingPod pod, DateTimeOffset from, DateTimeOffset to) => new()
    {
        Namespace = pod.Namespace,
        Pod = pod.Name,
        Start = from,
        End = to,
        Gpus = pod.Gpus,
        Fresh = from == pod.Start,
    };

    /// <summary>What the energy of a part of a Pod's time is told from.</summary>
    public static RunEnergyInputs Inputs(ServingPod pod, DateTimeOffset from, DateTimeOffset to, PowerEvidence? power, ServingTerms terms) => new()
    {
        Trained = to - from,
        Ended = to,
        CpuSeconds = power?.Usage?.CpuSeconds,
        CpuToldBy = "counted by the kubelet",
        CpuCores = pod.CpuMillicores / 1000.0,
        MemoryGibibytes = Math.Max(pod.MemoryBytes ?? 0, power?.Usage?.MemoryBytesPeak ?? 0) / BytesPerGibibyte,
        GpuCount = pod.Gpus,
        Power = power,
        Zone = terms.Zone,
        Intensity = terms.Intensity,
        PueMilli = terms.PueMilli,
    };

    /// <summary>A part of a Pod's time inside one hour of the clock.</summary>
    public static ServingHour Of(ServingPod pod, DateTimeOffset from, DateTimeOffset to, PowerEvidence? power, ServingTerms terms)
    {
        var inputs = Inputs(pod, from, to, power, terms);
        var hour = RunEnergyMeter.Hours(inputs).Single();
        var (held, usage) = ((to - from) * pod.Gpus, power?.Usage);
        return new()
        {
            Namespace = pod.Namespace,
            Canary = pod.Canary,
            Component = pod.Component,
            Version = pod.Version,
            Model = pod.Model,
            Energy = hour,
            Method = RunEnergyMeter.Measure(inputs)!.Method,
            GpuSeconds = Seconds(held),
            IdleGpuSeconds = pod.Gpus == 0 ? 0 : UsageAdvice.Idle(held, power?.GpuUtilisationPercent) is { } idle ? Seconds(idle) : null,
            CostMicros = terms.Prices?.OfGpus(from, to, pod.Gpus, null, terms.Zone) + terms.Prices?.OfEnergy([hour], new PowerUsageEffectiveness(terms.PueMilli), terms.Zone),
            CpuSecondsRequested = pod.CpuMillicores / 1000.0 * (to - from).TotalSeconds,
            CpuSecondsUsed = usage?.CpuSeconds,
            MemoryBytesRequested = pod.MemoryBytes,
            MemoryBytesPeak = usage?.MemoryBytesPeak,
            DiskBytesRequested = pod.DiskBytes,
            DiskBytesPeak = usage?.DiskBytesPeak,
            DiskBytesRead = usage?.DiskBytesRead,
            DiskBytesWritten = usage?.DiskBytesWritten,
            NetworkBytesReceived = usage?.NetworkBytesReceived,
            NetworkBytesSent = usage?.NetworkBytesSent,
        };
    }

    /// <summary>Pods of one hour as one: sums, known only where each Pod's part is; of memory and disk the most that one had.</summary>
    public static ServingHour Sum(ServingHour left, ServingHour right) => left with
    {
        Energy = HourlyAccount.Add([left.Energy], [right.Energy], 1)[0],
        Method = Enum.Parse<MeasurementMethod>(left.Method) >= Enum.Parse<MeasurementMethod>(right.Method) ? left.Method : right.Method,
        GpuSeconds = left.GpuSeconds + right.GpuSeconds,
        IdleGpuSeconds = left.IdleGpuSeconds + right.IdleGpuSeconds,
        CostMicros = left.CostMicros + right.CostMicros,
        CpuSecondsRequested = left.CpuSecondsRequested + right.CpuSecondsRequested,
        CpuSecondsUsed = left.CpuSecondsUsed + right.CpuSecondsUsed,
        MemoryBytesRequested = Larger(left.MemoryBytesRequested, right.MemoryBytesRequested),
        MemoryBytesPeak = Larger(left.MemoryBytesPeak, right.MemoryBytesPeak),
        DiskBytesRequested = Larger(left.DiskBytesRequested, right.DiskBytesRequested),
        DiskBytesPeak = Larger(left.DiskBytesPeak, right.DiskBytesPeak),
        DiskBytesRead = left.DiskBytesRead + right.DiskBytesRead,
        DiskBytesWritten = left.DiskBytesWritten + right.DiskBytesWritten,
        NetworkBytesReceived = left.NetworkBytesReceived + right.NetworkBytesReceived,
        NetworkBytesSent = left.NetworkBytesSent + right.NetworkBytesSent,
    };

    private static long? Larger(long? left, long? right) => left is null || right is null ? left ?? right : Math.Max(left.Value, right.Value);

    private static long Seconds(TimeSpan time) => (long)Math.Round(time.TotalSeconds);
}
