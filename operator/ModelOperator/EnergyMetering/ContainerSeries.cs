namespace ModelOperator.EnergyMetering;

/// <summary>
/// What a Pod used, out of the kubelet's cAdvisor series (container_*). A kubelet that is scraped twice counts once; a container that restarted goes on where it
/// stood; series of the Pod's whole cgroup and of its pause container are left out but for the network, which is the Pod's. Pure.
/// </summary>
public static class ContainerSeries
{
    public const string Cpu = "container_cpu_usage_seconds_total";
    public const string Memory = "container_memory_working_set_bytes";
    public const string Disk = "container_fs_usage_bytes";
    public const string DiskReads = "container_fs_reads_bytes_total";
    public const string DiskWrites = "container_fs_writes_bytes_total";
    public const string Received = "container_network_receive_bytes_total";
    public const string Sent = "container_network_transmit_bytes_total";

    /// <summary>All of them, as a regular expression of PromQL.</summary>
    public const string Names = $"{Cpu}|{Memory}|{Disk}|{DiskReads}|{DiskWrites}|{Received}|{Sent}";

    private const double LeastCoverage = 0.5;
    private const string Pause = "POD";

    /// <summary>What was used; null when the series saw less than half of the time.</summary>
    /// <param name="question">Which Pod, when, and which of its containers.</param>
    /// <param name="series">The Pod's series.</param>
    public static PodUsage? Read(PowerQuestion question, IReadOnlyList<PowerSeries> series)
    {
        var kubelet = series.GroupBy(static s => (s.Label("job"), s.Label("instance"))).OrderByDescending(static g => g.Sum(static s => s.Samples.Count)).FirstOrDefault();
        if (kubelet is null || !SawEnough(question, kubelet))
            return null;
        var containers = kubelet.Where(s => s.Label("container") is { Length: > 0 } name && name != Pause && (question.Container ?? name) == name).ToLookup(static s => s.Name, StringComparer.Ordinal);
        var pod = kubelet.Where(static s => s.Label("interface") != "lo").ToLookup(static s => s.Name, StringComparer.Ordinal);
        return new()
        {
            CpuSeconds = Grown(question, containers[Cpu], static s => s.Label("cpu")),
            MemoryBytesPeak = Whole(Peak(question, containers[Memory])),
            DiskBytesPeak = Whole(Peak(question, containers[Disk])),
            DiskBytesRead = Whole(Busiest(question, containers[DiskReads])),
            DiskBytesWritten = Whole(Busiest(question, containers[DiskWrites])),
            NetworkBytesReceived = Whole(Grown(question, pod[Received], static s => s.Label("interface"))),
            NetworkBytesSent = Whole(Grown(question, pod[Sent], static s => s.Label("interface"))),
        };
    }

    // From the first sample on, or from the start where the containers began there.
    private static bool SawEnough(PowerQuestion question, IEnumerable<PowerSeries> kubelet)
    {
        var times = kubelet.SelectMany(static s => s.Samples).Select(static s => s.At).Where(at => at <= question.End).Order().ToList();
        if (times.Count == 0 || times[^1] <= question.Start)
            return false;
        var since = question.Fresh || times[0] <= question.Start ? question.Start : times[0];
        return times[^1] - since >= (question.End - question.Start) * LeastCoverage;
    }

    /// <summary>Sum over containers and parts of a counter.</summary>
    private static double? Grown(PowerQuestion question, IEnumerable<PowerSeries> series, Func<PowerSeries, string> part) =>
        Sum(series.GroupBy(s => (s.Label("container"), part(s))).Select(group => Increase(question, group)));

    /// <summary>Sum over containers; of several devices the busiest, since a volume and the disk beneath it count the same bytes.</summary>
    private static double? Busiest(PowerQuestion question, IEnumerable<PowerSeries> series) =>
        Sum(series.GroupBy(static s => s.Label("container")).Select(container => container.GroupBy(static s => s.Label("device")).Max(device => Increase(question, device))));

    private static double? Increase(PowerQuestion question, IEnumerable<PowerSeries> series) =>
        CounterIncrease.Of(series.SelectMany(static s => s.Samples), question.Start, question.End, question.Fresh);

    /// <summary>Sum over containers of the most that each had.</summary>
    private static double? Peak(PowerQuestion question, IEnumerable<PowerSeries> series) => Sum(series.GroupBy(static s => s.Label("container")).Select(container => container
        .SelectMany(static s => s.Samples)
        .Where(v => v.At >= question.Start && v.At <= question.End && double.IsFinite(v.Value) && v.Value >= 0)
        .Max(static v => (double?)v.Value)));

    private static double? Sum(IEnumerable<double?> parts) => parts.Aggregate((double?)null, static (sum, part) => part is null ? sum : (sum ?? 0) + part);

    private static long? Whole(double? value) => value is { } some and < long.MaxValue ? (long)Math.Round(some) : null;
}
