using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.EnergyMetering;
using ModelOperator.Fakes;

namespace ModelOperator.Tests.EnergyMetering;

/// <summary>The kubelet's series as cAdvisor writes them, through a real HTTP server, to what a Pod used.</summary>
public sealed class ContainerSeriesTests : IAsyncLifetime
{
    private const long Mi = 1L << 20;
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly PowerQuestion Question = new() { Namespace = "team-a", Pod = "diamonds-1-0", Start = Start, End = Start.AddMinutes(10), Container = "trainer" };

    private static readonly HttpClient Http = new();
    private readonly FakeTimeProvider time = new(Start.AddMinutes(11));
    private FakePrometheus prometheus = null!;

    public async Task InitializeAsync() => prometheus = await FakePrometheus.StartAsync();

    public async Task DisposeAsync() => await prometheus.DisposeAsync();

    [Fact]
    public async Task CPU_memory_disk_and_network_are_told_with_their_units()
    {
        Record(ContainerSeries.Cpu, "container=\"trainer\",cpu=\"total\"", 5, 605, s => s * 1.5);
        Record(ContainerSeries.Cpu, "cpu=\"total\"", 5, 605, s => s * 9.0);
        Record(ContainerSeries.Memory, "container=\"trainer\"", 5, 605, s => s == 305 ? 700 * Mi : 300 * Mi);
        Record(ContainerSeries.Disk, "container=\"trainer\",device=\"/dev/sda1\"", 5, 605, _ => 40 * Mi);
        Record(ContainerSeries.DiskReads, "container=\"trainer\",device=\"/dev/sda\"", 5, 605, s => s * 1000);
        Record(ContainerSeries.DiskReads, "container=\"trainer\",device=\"/dev/dm-0\"", 5, 605, s => s * 900);
        Record(ContainerSeries.DiskWrites, "container=\"trainer\",device=\"/dev/sda\"", 5, 605, _ => 0);
        Record(ContainerSeries.Received, "container=\"POD\",interface=\"eth0\"", -55, 605, s => 5_000_000 + (s * 200));
        Record(ContainerSeries.Received, "container=\"POD\",interface=\"lo\"", -55, 605, s => 9_000_000 + (s * 9_000));
        Record(ContainerSeries.Sent, "container=\"POD\",interface=\"eth0\"", -55, 605, s => 1_000 + (s * 2));
        var usage = (await AskAsync(Question))!;
        // Up to the last sample inside, at 590 s.
        Assert.Equal(885, usage.CpuSeconds!.Value, 6);
        Assert.Equal((700 * Mi, 40 * Mi), (usage.MemoryBytesPeak, usage.DiskBytesPeak));
        Assert.Equal((590_000L, 0L), (usage.DiskBytesRead, usage.DiskBytesWritten));
        // From the sample at -10 s.
        Assert.Equal((120_000L, 1_200L), (usage.NetworkBytesReceived, usage.NetworkBytesSent));
    }

    [Fact]
    public async Task What_no_series_tells_is_not_known_and_never_zero()
    {
        Assert.Null(await AskAsync(Question));
        Record(ContainerSeries.Cpu, "container=\"trainer\",cpu=\"total\"", 5, 605, s => s);
        Assert.Equal(new PodUsage { CpuSeconds = 590 }, await AskAsync(Question));
    }

    [Fact]
    public async Task Series_that_saw_less_than_half_of_the_time_tell_nothing()
    {
        Record(ContainerSeries.Cpu, "container=\"trainer\",cpu=\"total\"", 5, 280, s => s);
        Assert.Null(await AskAsync(Question));
        Record(ContainerSeries.Cpu, "container=\"trainer\",cpu=\"total\",id=\"again\"", 295, 350, s => s);
        Assert.Equal(340, (await AskAsync(Question))!.CpuSeconds);
    }

    [Fact]
    public async Task A_kubelet_that_is_scraped_twice_counts_once()
    {
        Record(ContainerSeries.Cpu, "container=\"trainer\",cpu=\"total\",job=\"kubelet\"", 5, 605, s => s);
        Record(ContainerSeries.Cpu, "container=\"trainer\",cpu=\"total\",job=\"cadvisor\"", 5, 605, s => s, 45);
        Assert.Equal(590, (await AskAsync(Question))!.CpuSeconds);
    }

    [Fact]
    public async Task A_container_that_restarted_goes_on_where_it_stood_and_all_containers_count_where_none_is_named()
    {
        Record(ContainerSeries.Cpu, "container=\"server\",cpu=\"total\",id=\"a\"", 5, 290, s => s);
        Record(ContainerSeries.Cpu, "container=\"server\",cpu=\"total\",id=\"b\"", 305, 605, s => s - 300);
        Record(ContainerSeries.Cpu, "container=\"fetch\",cpu=\"total\"", 5, 20, _ => 3);
        Assert.Equal(290 + 290 + 3, (await AskAsync(Question with { Container = null }))!.CpuSeconds);
    }

    [Fact]
    public async Task A_later_part_of_a_Pods_time_takes_the_sample_before_it_as_where_the_counter_stood()
    {
        Record(ContainerSeries.Cpu, "container=\"trainer\",cpu=\"total\"", -3_595, 605, s => 10_000 + s);
        // From the sample at -10 s to that at 590 s.
        Assert.Equal(600, (await AskAsync(Question with { Fresh = false }))!.CpuSeconds);
    }

    [Fact]
    public async Task A_Prometheus_that_does_not_answer_is_away_and_one_that_refuses_is_not()
    {
        prometheus.Failures.Enqueue(503);
        prometheus.Failures.Enqueue(503);
        Assert.True((await Meter().MeasureAsync(Question, CancellationToken.None))!.Away);
        prometheus.Failures.Enqueue(400);
        Assert.False((await Meter().MeasureAsync(Question, CancellationToken.None))!.Away);
    }

    private void Record(string name, string labels, int from, int to, Func<int, double> value, int step = 15) => prometheus.Record(
        $"{name}{{namespace=\"team-a\",pod=\"diamonds-1-0\",{labels}}}",
        Enumerable.Range(0, ((to - from) / step) + 1).Select(i => from + (i * step)).Select(s => (Start.AddSeconds(s), value(s))));

    private PrometheusPowerMeter Meter() => new(new PrometheusSeriesClient(Http, prometheus.Url), time, NullLogger<PrometheusPowerMeter>.Instance);

    private async Task<PodUsage?> AskAsync(PowerQuestion question) => (await Meter().MeasureAsync(question, CancellationToken.None))!.Usage;
}
