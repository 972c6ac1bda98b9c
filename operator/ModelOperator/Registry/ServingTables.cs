using ModelOperator.Serving;
using static ModelOperator.Registry.ColumnKind;

namespace ModelOperator.Registry;

/// <summary>Energy of serving by hour, the Pods whose time is not booked to its end, and up to where hours are booked.</summary>
public static class ServingTables
{
    /// <summary>Hours as booked: the first word stays.</summary>
    public static RegistryTable Hours { get; } = RegistryTable.Appending(
        "serving_energy_hours",
        new("serving", Text, true), new("hour", Time, true), new("namespace", Text), new("canary", Text), new("component", Text), new("model", Text), new("version", Text), new("zone", Text),
        new("seconds", Number), new("energy_milliwatt_hours", Number), new("energy_method", Text), new("pue_milli", Number), new("emissions_milligrams", Number),
        new("intensity_milligrams_per_kwh", Number), new("intensity_quality", Text), new("intensity_source", Text), new("currency", Text), new("cost_micros", Number),
        new("gpu_seconds", Number), new("idle_gpu_seconds", Number), new("predictions", Number), new("cpu_seconds_requested", Number), new("cpu_seconds_used", Number),
        new("memory_bytes_requested", Number), new("memory_bytes_peak", Number), new("disk_bytes_requested", Number), new("disk_bytes_peak", Number),
        new("disk_bytes_read", Number), new("disk_bytes_written", Number), new("network_bytes_received", Number), new("network_bytes_sent", Number));

    /// <summary>Hours costed again.</summary>
    public static RegistryTable Recosts { get; } = RegistryTable.Appending(
        "serving_energy_recosts",
        new("serving", Text, true), new("hour", Time, true), new("namespace", Text), new("energy_milliwatt_hours", Number, true), new("emissions_milligrams", Number),
        new("intensity_milligrams_per_kwh", Number), new("intensity_quality", Text, true), new("intensity_source", Text));

    /// <summary>Pods whose time is not booked to its end.</summary>
    public static RegistryTable Pods { get; } = RegistryTable.Replacing(
        "serving_pods", "EXCLUDED.seen_at >= held.seen_at",
        new("uid", Text, true), new("namespace", Text), new("name", Text), new("canary", Text), new("component", Text), new("model", Text), new("version", Text),
        new("started_at", Time), new("seen_at", Time), new("ended_at", Time), new("gpus", Number), new("cpu_millicores", Number), new("memory_bytes", Number), new("disk_bytes", Number));

    /// <summary>A Pod whose time is booked.</summary>
    public static RegistryTable PodDone { get; } = RegistryTable.Statement("serving_pods done", "DELETE FROM serving_pods WHERE uid = $1", new RegistryColumn("uid", Text));

    /// <summary>Up to where hours are booked: never back.</summary>
    public static RegistryTable Booked { get; } = RegistryTable.Statement(
        "serving_booked",
        "INSERT INTO serving_booked AS held (booked_until) VALUES ($1) ON CONFLICT (only_row) DO UPDATE SET booked_until = GREATEST(held.booked_until, EXCLUDED.booked_until)",
        new RegistryColumn("booked_until", Time));

    /// <summary>An hour.</summary>
    public static RegistryRow Of(ServingHour hour, ServingTerms terms) => Hours.Row(
        ("serving", $"{hour.Namespace}/{hour.Canary}/{hour.Component}/{hour.Version}"), ("hour", hour.Energy.Start), ("namespace", hour.Namespace), ("canary", hour.Canary),
        ("component", hour.Component), ("model", hour.Model), ("version", hour.Version), ("zone", terms.Zone), ("seconds", (long)Math.Round(hour.Energy.Duration.TotalSeconds)),
        ("energy_milliwatt_hours", hour.Energy.Energy.MilliwattHours), ("energy_method", hour.Method), ("pue_milli", terms.PueMilli),
        ("emissions_milligrams", hour.Energy.Emissions.Milligrams), ("intensity_milligrams_per_kwh", hour.Energy.Intensity.MilligramsPerKilowattHour),
        ("intensity_quality", hour.Energy.Quality.ToString()), ("intensity_source", hour.Energy.Source), ("currency", terms.Prices?.Currency), ("cost_micros", hour.CostMicros),
        ("gpu_seconds", hour.GpuSeconds), ("idle_gpu_seconds", hour.IdleGpuSeconds), ("predictions", hour.Predictions),
        ("cpu_seconds_requested", Whole(hour.CpuSecondsRequested)), ("cpu_seconds_used", Whole(hour.CpuSecondsUsed)),
        ("memory_bytes_requested", hour.MemoryBytesRequested), ("memory_bytes_peak", hour.MemoryBytesPeak), ("disk_bytes_requested", hour.DiskBytesRequested), ("disk_bytes_peak", hour.DiskBytesPeak),
        ("disk_bytes_read", hour.DiskBytesRead), ("disk_bytes_written", hour.DiskBytesWritten), ("network_bytes_received", hour.NetworkBytesReceived), ("network_bytes_sent", hour.NetworkBytesSent));

    /// <summary>A Pod.</summary>
    public static RegistryRow Of(ServingPod pod) => Pods.Row(
        ("uid", pod.Uid), ("namespace", pod.Namespace), ("name", pod.Name), ("canary", pod.Canary), ("component", pod.Component), ("model", pod.Model), ("version", pod.Version),
        ("started_at", pod.Start), ("seen_at", pod.SeenAt), ("ended_at", pod.End), ("gpus", pod.Gpus), ("cpu_millicores", pod.CpuMillicores), ("memory_bytes", pod.MemoryBytes),
        ("disk_bytes", pod.DiskBytes));

    private static long? Whole(double? seconds) => seconds is { } some ? (long)Math.Round(some) : null;
}
