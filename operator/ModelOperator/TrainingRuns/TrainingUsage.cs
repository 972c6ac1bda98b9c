using System.ComponentModel;
using ModelOperator.Api;
using ModelOperator.Carbon.Accounts;

namespace ModelOperator.TrainingRuns;

/// <summary>What the run asked for beside what it used. CPU and memory are those of rank 0, of the last attempt that told.</summary>
public sealed record TrainingUsage
{
    [Description("Seconds that trainers ran, over all attempts.")]
    public long Seconds { get; init; }

    [Description("The part of them that nothing came of: since the last checkpoint of attempts that ended without a result; all of a run that failed.")]
    public long LostSeconds { get; init; }

    [Description("GPUs of each node.")]
    public int Gpus { get; init; }

    [Description("Mean utilisation of the GPUs in percent, of the last attempt that sensors told of; 0 where the trainer says that it used none.")]
    public int? GpuUtilisationPercent { get; init; }

    [Description("Seconds that GPUs did nothing while trainers ran, summed over all GPUs, by their mean utilisation; absent where no attempt's is known.")]
    public long? GpuIdleSeconds { get; init; }

    [Description("CPU that was asked for, in thousandths of a core.")]
    public long? CpuMillicoresRequested { get; init; }

    [Description("CPU that was used, in thousandths of a core, mean over the time.")]
    public long? CpuMillicoresUsed { get; init; }

    [Description("Memory that was asked for, in bytes.")]
    public long? MemoryBytesRequested { get; init; }

    [Description("The most memory that the trainer used, in bytes.")]
    public long? MemoryBytesPeak { get; init; }

    [Description("Ephemeral storage that was asked for, in bytes.")]
    public long? DiskBytesRequested { get; init; }

    [Description("The most ephemeral storage that the trainer's own layer held, in bytes; absent where no series tells it.")]
    public long? DiskBytesPeak { get; init; }

    [Description("Bytes that the trainer read from disks, over the attempts that series told of.")]
    public long? DiskBytesRead { get; init; }

    [Description("Bytes that the trainer wrote to disks, over the attempts that series told of.")]
    public long? DiskBytesWritten { get; init; }

    [Description("Bytes that the network brought to the Pod of rank 0 while it trained, over the attempts that series told of.")]
    public long? NetworkBytesReceived { get; init; }

    [Description("Bytes that the Pod of rank 0 sent while it trained, over the attempts that series told of.")]
    public long? NetworkBytesSent { get; init; }

    [Description("What to ask for next time.")]
    [MaxItems(8)]
    public IReadOnlyList<string>? Advice { get; init; }

    /// <summary>The same with the advice that follows from it.</summary>
    internal TrainingUsage Advised() => this with
    {
        Advice = UsageAdvice.Advise(new()
        {
            Worked = TimeSpan.FromSeconds(Seconds),
            Lost = TimeSpan.FromSeconds(LostSeconds),
            Gpus = Gpus,
            GpuPercent = GpuUtilisationPercent,
            CpuRequested = CpuMillicoresRequested,
            CpuUsed = CpuMillicoresUsed,
            MemoryRequested = MemoryBytesRequested,
            MemoryPeak = MemoryBytesPeak,
            DiskRequested = DiskBytesRequested,
            DiskPeak = DiskBytesPeak,
        }) is { Count: > 0 } advice ? advice : null,
    };
}
