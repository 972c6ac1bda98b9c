using ModelOperator.Carbon.Accounts;
using Npgsql;

namespace ModelOperator.Registry;

/// <summary>What was asked for beside what was used, by one run or the servers of one version. Null is not known, never zero.</summary>
public sealed record AccountUsage
{
    /// <summary>CPU seconds set aside while what was used is known.</summary>
    public long? CpuSecondsRequested { get; init; }

    /// <summary>CPU seconds used.</summary>
    public long? CpuSecondsUsed { get; init; }

    /// <summary>Memory that one Pod asks for, bytes.</summary>
    public long? MemoryBytesRequested { get; init; }

    /// <summary>The most that one used.</summary>
    public long? MemoryBytesPeak { get; init; }

    /// <summary>Ephemeral storage that one Pod asks for, bytes.</summary>
    public long? DiskBytesRequested { get; init; }

    /// <summary>The most that one used.</summary>
    public long? DiskBytesPeak { get; init; }

    /// <summary>Bytes read from disks.</summary>
    public long? DiskBytesRead { get; init; }

    /// <summary>Bytes written to disks.</summary>
    public long? DiskBytesWritten { get; init; }

    /// <summary>Bytes that the network brought.</summary>
    public long? NetworkBytesReceived { get; init; }

    /// <summary>Bytes sent.</summary>
    public long? NetworkBytesSent { get; init; }

    /// <summary>The line with its usage, and of servers with the advice that follows from it; a run has its own.</summary>
    internal static AccountLine Beside(AccountLine line, NpgsqlDataReader row, int first)
    {
        long? At(int column) => AccountQueries.Number(row, first + column);
        var usage = new AccountUsage
        {
            CpuSecondsRequested = At(0),
            CpuSecondsUsed = At(1),
            MemoryBytesRequested = At(2),
            MemoryBytesPeak = At(3),
            DiskBytesRequested = At(4),
            DiskBytesPeak = At(5),
            DiskBytesRead = At(6),
            DiskBytesWritten = At(7),
            NetworkBytesReceived = At(8),
            NetworkBytesSent = At(9),
        };
        return line with { Usage = usage == new AccountUsage() ? null : usage, Advice = line.Runs == 0 ? usage.Advice(line, At(10), At(11)) : line.Advice };
    }

    /// <summary>Advice for one Pod, by the means over all of them; none when there is none to give.</summary>
    /// <param name="line">The line.</param>
    /// <param name="seconds">Seconds of Pods whose CPU is known.</param>
    /// <param name="gpuSeconds">Seconds of GPUs whose utilisation is known.</param>
    private IReadOnlyList<string>? Advice(AccountLine line, long? seconds, long? gpuSeconds) => UsageAdvice.Advise(new()
    {
        Worked = TimeSpan.FromSeconds(line.Seconds ?? 0),
        Gpus = line is { Seconds: > 0 and var worked, GpuSeconds: { } held } ? (int)Math.Ceiling((double)held / worked) : 0,
        GpuPercent = gpuSeconds is > 0 and var told ? (int?)(100 * (told - line.IdleGpuSeconds) / told) : null,
        CpuRequested = seconds > 0 ? CpuSecondsRequested * 1000 / seconds : null,
        CpuUsed = seconds > 0 ? CpuSecondsUsed * 1000 / seconds : null,
        MemoryRequested = MemoryBytesRequested,
        MemoryPeak = MemoryBytesPeak,
        DiskRequested = DiskBytesRequested,
        DiskPeak = DiskBytesPeak,
    }) is { Count: > 0 } advice ? advice : null;
}
