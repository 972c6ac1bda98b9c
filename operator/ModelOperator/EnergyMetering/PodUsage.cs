namespace ModelOperator.EnergyMetering;

/// <summary>What a Pod used over a time, as the kubelet counted it. Null is not known, never zero.</summary>
public sealed record PodUsage
{
    /// <summary>CPU seconds.</summary>
    public double? CpuSeconds { get; init; }

    /// <summary>Most memory in the working set, bytes.</summary>
    public long? MemoryBytesPeak { get; init; }

    /// <summary>Most disk that containers' own layers held, bytes; volumes are not in it.</summary>
    public long? DiskBytesPeak { get; init; }

    /// <summary>Bytes read from block devices.</summary>
    public long? DiskBytesRead { get; init; }

    /// <summary>Bytes written to block devices.</summary>
    public long? DiskBytesWritten { get; init; }

    /// <summary>Bytes that the network brought.</summary>
    public long? NetworkBytesReceived { get; init; }

    /// <summary>Bytes sent.</summary>
    public long? NetworkBytesSent { get; init; }
}
