namespace ModelOperator.Serving;

/// <summary>A Pod that serves or routes: what its energy is told from, also when it is gone.</summary>
public sealed record ServingPod
{
    /// <summary>Component of model servers.</summary>
    public const string Server = "server";

    /// <summary>Component of gateways.</summary>
    public const string Gateway = "gateway";

    /// <summary>UID.</summary>
    public required string Uid { get; init; }

    /// <summary>Namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>CanaryDeployment that it belongs to.</summary>
    public required string Canary { get; init; }

    /// <summary><see cref="Server"/> or <see cref="Gateway"/>.</summary>
    public required string Component { get; init; }

    /// <summary>Model; empty while it is not known.</summary>
    public string Model { get; init; } = "";

    /// <summary>ModelVersion that it serves; of a gateway the one that was stable when it was last seen. Empty while it is not known.</summary>
    public string Version { get; init; } = "";

    /// <summary>When its node took it.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>When it was last seen alive.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>When it was gone; null while it is not.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>GPUs that it holds.</summary>
    public int Gpus { get; init; }

    /// <summary>CPU that it asks for, thousandths of a core; null when it asks for none.</summary>
    public long? CpuMillicores { get; init; }

    /// <summary>Memory that it asks for, bytes; null when it asks for none.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Ephemeral storage that it asks for, bytes; null when it asks for none.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>The part of [from, to) in which it was there; null when it was not.</summary>
    public (DateTimeOffset From, DateTimeOffset To)? Within(DateTimeOffset from, DateTimeOffset to)
    {
        var start = Start > from ? Start : from;
        var end = End is { } gone && gone < to ? gone : to;
        return start < end ? (start, end) : null;
    }
}
