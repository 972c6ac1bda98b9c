using ModelOperator.Carbon.Grid;
using ModelOperator.EnergyMetering;
using ModelOperator.Kubernetes;
using ModelOperator.Serving;
using ModelOperator.Tests.Registry;

namespace ModelOperator.Tests.Serving;

/// <summary>The arithmetic, with units: 4 W a core, 0.3725 W a GB of memory, 0.3 EUR a kWh, 2 EUR a GPU hour, PUE 1.2.</summary>
public sealed class ServingAccountTests
{
    private const long Gi = 1L << 30;
    private static readonly ServingTerms Terms = new("DEU", YearlyIntensity.Of("DEU"), 1_200, ServingWorld.Prices);
    private static readonly ServingPod Pod = new()
    {
        Uid = "u",
        Namespace = "ml",
        Name = "price-1-x",
        Canary = "price",
        Component = ServingPod.Server,
        Model = "diamonds",
        Version = "diamonds-1",
        Start = Samples.Noon,
        SeenAt = Samples.Noon,
        CpuMillicores = 500,
        MemoryBytes = Gi,
    };

    private static readonly DateTimeOffset End = Samples.Noon.AddHours(1);

    [Fact]
    public void Without_sensors_the_request_is_taken_to_be_busy_and_the_hour_says_that_it_is_modelled()
    {
        var hour = ServingAccount.Of(Pod, Samples.Noon, End, null, Terms);
        // 0.5 cores at 4 W for an hour are 2,000 mWh; 1 GiB are 1.0737 GB, at 0.3725 W 400 mWh.
        Assert.Equal(2_400, hour.Energy.Energy.MilliwattHours);
        Assert.Equal(("ModelledCPU", 1_800.0, null), (hour.Method, hour.CpuSecondsRequested, hour.CpuSecondsUsed));
        Assert.Equal((null, null, null), (hour.MemoryBytesPeak, hour.NetworkBytesReceived, hour.DiskBytesRead));
        // Emissions: with PUE 1.2 and the year's mean; cost: 0.3 EUR a kWh with PUE.
        Assert.Equal(hour.Energy.Energy.MilliwattHours * 1.2e-6 * hour.Energy.Intensity.MilligramsPerKilowattHour, hour.Energy.Emissions.Milligrams, 1.0);
        Assert.Equal(Math.Round(hour.Energy.Energy.MilliwattHours * 1.2 * 0.3), hour.CostMicros!.Value);
    }

    [Fact]
    public void What_the_kubelet_counted_replaces_the_request_and_memory_counts_as_the_larger_of_both()
    {
        var all = ServingAccount.Of(Pod, Samples.Noon, End, null, Terms).Energy.Energy.MilliwattHours;
        var used = new PowerEvidence { Usage = new() { CpuSeconds = 360, MemoryBytesPeak = Gi / 4 } };
        var hour = ServingAccount.Of(Pod, Samples.Noon, End, used, Terms);
        // 360 s at 4 W are 400 mWh in place of 2,000.
        Assert.Equal(all - 1_600, hour.Energy.Energy.MilliwattHours);
        Assert.Equal((360.0, (long?)Gi / 4), (hour.CpuSecondsUsed, hour.MemoryBytesPeak));
        var more = ServingAccount.Of(Pod, Samples.Noon, End, new() { Usage = new() { CpuSeconds = 360, MemoryBytesPeak = 3 * Gi } }, Terms);
        Assert.Equal(3 * (hour.Energy.Energy.MilliwattHours - 400), more.Energy.Energy.MilliwattHours - 400, 2.0);
    }

    [Fact]
    public void A_GPU_is_held_and_paid_for_and_idle_by_its_utilisation()
    {
        var seen = new PowerEvidence { GpuUtilisationPercent = 25 };
        var hour = ServingAccount.Of(Pod with { Gpus = 2 }, Samples.Noon, Samples.Noon.AddMinutes(30), seen, Terms);
        Assert.Equal((3_600L, (long?)2_700, "ModelledGPU"), (hour.GpuSeconds, hour.IdleGpuSeconds, hour.Method));
        Assert.Equal(2_000_000 + Math.Round(hour.Energy.Energy.MilliwattHours * 1.2 * 0.3), hour.CostMicros!.Value);
        Assert.Null(ServingAccount.Of(Pod with { Gpus = 2 }, Samples.Noon, End, null, Terms).IdleGpuSeconds);
    }

    [Fact]
    public void Pods_add_up_and_a_sum_is_known_only_where_each_part_is()
    {
        var known = ServingAccount.Of(Pod, Samples.Noon, End, new() { Usage = new() { CpuSeconds = 10, MemoryBytesPeak = 5, NetworkBytesSent = 7 } }, Terms);
        var unknown = ServingAccount.Of(Pod, Samples.Noon, Samples.Noon.AddMinutes(30), null, Terms);
        var both = ServingAccount.Sum(known, known);
        Assert.Equal((20.0, 5L, 14L, TimeSpan.FromHours(2)), (both.CpuSecondsUsed, both.MemoryBytesPeak, both.NetworkBytesSent, both.Energy.Duration));
        Assert.Equal(2 * known.Energy.Energy.MilliwattHours, both.Energy.Energy.MilliwattHours);
        var mixed = ServingAccount.Sum(known, unknown);
        Assert.Equal((null, (long?)5, null, 2_700.0), (mixed.CpuSecondsUsed, mixed.MemoryBytesPeak, mixed.NetworkBytesSent, mixed.CpuSecondsRequested));
        Assert.Equal(known.CostMicros + unknown.CostMicros, mixed.CostMicros);
    }

    [Theory]
    [InlineData(-30, null, 0, 60)]
    [InlineData(10, null, 10, 60)]
    [InlineData(-30, 20, 0, 20)]
    [InlineData(10, 20, 10, 20)]
    [InlineData(60, null, null, null)]
    [InlineData(-30, 0, null, null)]
    public void A_Pod_belongs_to_an_hour_by_the_part_that_it_was_there(int start, int? end, int? from, int? to)
    {
        var pod = Pod with { Start = Samples.Noon.AddMinutes(start), End = end is { } e ? Samples.Noon.AddMinutes(e) : null };
        var expected = from is { } f && to is { } t ? (Samples.Noon.AddMinutes(f), Samples.Noon.AddMinutes(t)) : ((DateTimeOffset, DateTimeOffset)?)null;
        Assert.Equal(expected, pod.Within(Samples.Noon, End));
    }

    [Fact]
    public async Task A_Pod_is_read_with_its_requests_and_one_that_was_evicted_has_an_end()
    {
        await using var world = new ServingWorld();
        var pod = world.Start("a", resources: static r => (r.Requests, r.Limits) = (new() { ["memory"] = "1Gi" }, new() { ["cpu"] = "2", ["nvidia.com/gpu"] = "1", ["ephemeral-storage"] = "4Gi" }));
        var read = ServingPodReader.Of(pod, Samples.Noon)!;
        Assert.Equal((2_000L, Gi, 4 * Gi, 1, null), (read.CpuMillicores, read.MemoryBytes, read.DiskBytes, read.Gpus, read.End));
        pod.Status!.Phase = "Failed";
        pod.Status.ContainerStatuses = [new() { State = new() { Terminated = new() { FinishedAt = Samples.Noon.AddMinutes(5) } } }];
        Assert.Equal(Samples.Noon.AddMinutes(5), ServingPodReader.Of(pod, Samples.Noon.AddHours(1))!.End);
        pod.Status.StartTime = null;
        Assert.Null(ServingPodReader.Of(pod, Samples.Noon));
        Assert.Null(ServingPodReader.Of(new V1Pod { Metadata = new() { Name = "run-1-0", Uid = "x" }, Status = new() { StartTime = Samples.Noon } }, Samples.Noon));
    }
}
