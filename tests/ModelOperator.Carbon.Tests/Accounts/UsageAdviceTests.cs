using ModelOperator.Carbon.Accounts;

namespace ModelOperator.Carbon.Tests.Accounts;

public sealed class UsageAdviceTests
{
    private const long Mi = 1L << 20;
    private static readonly ResourceUse Hour = new() { Worked = TimeSpan.FromHours(1) };

    [Theory]
    [InlineData(1, null, null)]
    [InlineData(0, 0, null)]
    [InlineData(1, 90, null)]
    [InlineData(1, 50, null)]
    [InlineData(2, 0, "GPU: 0 % used of 2. Ask for none, or see why the trainer does not use it.")]
    [InlineData(8, 30, "GPU: 30 % used of 8. Ask for fewer, such as 3.")]
    [InlineData(2, 45, "GPU: 45 % used of 2. Ask for a share of one (MIG, time-slicing), or feed it faster.")]
    [InlineData(1, 20, "GPU: 20 % used of 1. Ask for a share of one (MIG, time-slicing), or feed it faster.")]
    public void Idle_GPUs(int gpus, int? percent, string? advice) => Assert.Equal(Some(advice), UsageAdvice.Advise(Hour with { Gpus = gpus, GpuPercent = percent }));

    [Theory]
    [InlineData(4_000, null, null)]
    [InlineData(null, 100, null)]
    [InlineData(4_000, 2_000, null)]
    [InlineData(400, 10, null)]
    [InlineData(4_000, 1_000, "CPU: 1000m used of 4000m. Ask for less, such as 1300m.")]
    [InlineData(4_000, 1_001, "CPU: 1001m used of 4000m. Ask for less, such as 1400m.")]
    public void Idle_CPU(int? asked, int? used, string? advice) => Assert.Equal(Some(advice), UsageAdvice.Advise(Hour with { CpuRequested = asked, CpuUsed = used }));

    [Theory]
    [InlineData(1024, null, null)]
    [InlineData(1024, 512, null)]
    [InlineData(1024, 900, null)]
    [InlineData(256, 10, null)]
    [InlineData(4096, 1024, "Memory: 1024Mi used of 4096Mi. Ask for less, such as 1280Mi.")]
    [InlineData(1024, 1000, "Memory: 1000Mi used of 1024Mi. A little more and it may be killed: ask for 1280Mi.")]
    public void Memory(int asked, int? peak, string? advice) => Assert.Equal(Some(advice), UsageAdvice.Advise(Hour with { MemoryRequested = asked * Mi, MemoryPeak = peak * Mi }));

    [Theory]
    [InlineData(2048, null, null)]
    [InlineData(2048, 1024, null)]
    [InlineData(512, 10, null)]
    [InlineData(4096, 100, "Disk: 100Mi used of 4096Mi. Ask for less, such as 128Mi.")]
    [InlineData(1024, 1000, "Disk: 1000Mi used of 1024Mi. A little more and the Pod may be evicted: ask for 1280Mi.")]
    public void Disk(int asked, int? peak, string? advice) => Assert.Equal(Some(advice), UsageAdvice.Advise(Hour with { DiskRequested = asked * Mi, DiskPeak = peak * Mi }));

    [Theory]
    [InlineData(60, 9, null)]
    [InlineData(60, 12, "Time: 0.2 of 1.0 hours were lost with attempts that failed or were disrupted. Save checkpoints more often.")]
    [InlineData(600, 60, null)]
    [InlineData(600, 300, "Time: 5.0 of 10.0 hours were lost with attempts that failed or were disrupted. Save checkpoints more often.")]
    public void Lost_time(int minutes, int lost, string? advice) =>
        Assert.Equal(Some(advice), UsageAdvice.Advise(new() { Worked = TimeSpan.FromMinutes(minutes), Lost = TimeSpan.FromMinutes(lost) }));

    [Fact]
    public void Work_too_short_to_tell_has_no_advice() =>
        Assert.Empty(UsageAdvice.Advise(new() { Worked = TimeSpan.FromSeconds(59), Gpus = 8, GpuPercent = 0, CpuRequested = 64_000, CpuUsed = 1 }));

    [Theory]
    [InlineData(75, 900)]
    [InlineData(0, 3_600)]
    [InlineData(130, 0)]
    [InlineData(null, null)]
    public void Idle_time_is_what_utilisation_leaves(int? percent, int? seconds) =>
        Assert.Equal(seconds, (int?)UsageAdvice.Idle(TimeSpan.FromHours(1), percent)?.TotalSeconds);

    private static IEnumerable<string> Some(string? advice) => advice is null ? [] : [advice];
}
