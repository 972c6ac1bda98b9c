using ModelOperator.Carbon.Accounting;

namespace ModelOperator.Serving;

/// <summary>What the servers of one version, or the gateways, of a CanaryDeployment took in one hour of the clock (UTC). Null is not known, never zero.</summary>
public sealed record ServingHour
{
    /// <summary>Namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>CanaryDeployment.</summary>
    public required string Canary { get; init; }

    /// <summary>server or gateway.</summary>
    public required string Component { get; init; }

    /// <summary>ModelVersion; empty when it is not known.</summary>
    public required string Version { get; init; }

    /// <summary>Model; empty when it is not known.</summary>
    public required string Model { get; init; }

    /// <summary>Energy and emissions; the duration is the sum over Pods.</summary>
    public required HourlyEnergy Energy { get; init; }

    /// <summary>How the energy was got; of several Pods the way that is worth least.</summary>
    public required string Method { get; init; }

    /// <summary>Seconds that GPUs were held.</summary>
    public long GpuSeconds { get; init; }

    /// <summary>Of them idle, by the boards' utilisation.</summary>
    public long? IdleGpuSeconds { get; init; }

    /// <summary>Cost in millionths of the currency; null where something has no price.</summary>
    public long? CostMicros { get; init; }

    /// <summary>Requests that were answered 2xx; of servers only.</summary>
    public long? Predictions { get; init; }

    /// <summary>CPU seconds that were set aside.</summary>
    public double? CpuSecondsRequested { get; init; }

    /// <summary>CPU seconds that were used.</summary>
    public double? CpuSecondsUsed { get; init; }

    /// <summary>Memory that each Pod asks for, bytes.</summary>
    public long? MemoryBytesRequested { get; init; }

    /// <summary>The most that a Pod used.</summary>
    public long? MemoryBytesPeak { get; init; }

    /// <summary>Ephemeral storage that each Pod asks for, bytes.</summary>
    public long? DiskBytesRequested { get; init; }

    /// <summary>The most that a Pod used.</summary>
    public long? DiskBytesPeak { get; init; }

    /// <summary>Bytes read from disk.</summary>
    public long? DiskBytesRead { get; init; }

    /// <summary>Bytes written to disk.</summary>
    public long? DiskBytesWritten { get; init; }

    /// <summary>Bytes that the network brought.</summary>
    public long? NetworkBytesReceived { get; init; }

    /// <summary>Bytes sent.</summary>
    public long? NetworkBytesSent { get; init; }
}
