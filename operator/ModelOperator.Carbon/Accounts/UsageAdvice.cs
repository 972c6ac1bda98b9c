using System.Globalization;

namespace ModelOperator.Carbon.Accounts;

/// <summary>Advice from what was asked for and what was used. The thresholds are proposals; each sentence names both figures and what to ask for. Pure.</summary>
public static class UsageAdvice
{
    private const int UnusedGpuPercent = 5;
    private const int IdleGpuPercent = 50;
    private const double GoodGpuShare = 0.8;
    private const double CpuHeadroom = 1.3;
    private const double MemoryHeadroom = 1.25;
    private const double TightMemory = 0.9;
    private const long CpuStep = 100;
    private const long MemoryStep = 64L << 20;
    private const long SmallestCpu = 500;
    private const long SmallestMemory = 512L << 20;
    private const long SmallestDisk = 1L << 30;
    private static readonly TimeSpan TooShort = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MuchLost = TimeSpan.FromMinutes(10);

    /// <summary>What to change; nothing for work too short to tell.</summary>
    public static IReadOnlyList<string> Advise(ResourceUse use) => use.Worked < TooShort
        ? []
        : [.. new[] { Gpus(use), Cpu(use), Memory(use), Disk(use), Lost(use) }.OfType<string>()];

    /// <summary>GPU time in which the GPUs did nothing; null when their utilisation is not known.</summary>
    /// <param name="held">Time that all GPUs together were held.</param>
    /// <param name="percent">Mean utilisation.</param>
    public static TimeSpan? Idle(TimeSpan held, int? percent) => percent is { } busy ? held * (100 - Math.Clamp(busy, 0, 100)) / 100 : null;

    private static string? Gpus(ResourceUse use)
    {
        if (use is not { Gpus: > 0, GpuPercent: < IdleGpuPercent and var percent })
            return null;
        if (percent < UnusedGpuPercent)
            return Text($"GPU: {percent} % used of {use.Gpus}. Ask for none, or see why the trainer does not use it.");
        var enough = Math.Max(1, (int)Math.Ceiling(use.Gpus * percent / 100.0 / GoodGpuShare));
        return enough < use.Gpus
            ? Text($"GPU: {percent} % used of {use.Gpus}. Ask for fewer, such as {enough}.")
            : Text($"GPU: {percent} % used of {use.Gpus}. Ask for a share of one (MIG, time-slicing), or feed it faster.");
    }

    private static string? Cpu(ResourceUse use)
    {
        if (use is not { CpuRequested: >= SmallestCpu and var asked, CpuUsed: { } used } || used * 2 >= asked)
            return null;
        return Text($"CPU: {used}m used of {asked}m. Ask for less, such as {Up(used * CpuHeadroom, CpuStep)}m.");
    }

    private static string? Memory(ResourceUse use) => Space("Memory", "it may be killed", use.MemoryRequested, use.MemoryPeak, SmallestMemory);

    private static string? Disk(ResourceUse use) => Space("Disk", "the Pod may be evicted", use.DiskRequested, use.DiskPeak, SmallestDisk);

    private static string? Space(string what, string danger, long? requested, long? used, long smallest)
    {
        if (requested is not { } asked || used is not { } peak)
            return null;
        var enough = Up(peak * MemoryHeadroom, MemoryStep) >> 20;
        if (peak > asked * TightMemory)
            return Text($"{what}: {peak >> 20}Mi used of {asked >> 20}Mi. A little more and {danger}: ask for {enough}Mi.");
        return asked >= smallest && peak * 2 < asked ? Text($"{what}: {peak >> 20}Mi used of {asked >> 20}Mi. Ask for less, such as {enough}Mi.") : null;
    }

    private static string? Lost(ResourceUse use) => use.Lost >= MuchLost && use.Lost * 5 >= use.Worked
        ? Text($"Time: {use.Lost.TotalHours:0.0} of {use.Worked.TotalHours:0.0} hours were lost with attempts that failed or were disrupted. Save checkpoints more often.")
        : null;

    private static long Up(double amount, long step) => (long)Math.Ceiling(amount / step) * step;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
