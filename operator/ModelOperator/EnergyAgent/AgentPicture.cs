namespace ModelOperator.EnergyAgent;

/// <summary>What the agent saw at its last look.</summary>
public sealed record AgentPicture
{
    /// <summary>Name of the node.</summary>
    public required string Node { get; init; }

    /// <summary>Boards.</summary>
    public IReadOnlyList<GpuReading> Gpus { get; init; } = [];

    /// <summary>Who holds them.</summary>
    public IReadOnlyList<DeviceHolder> Holders { get; init; } = [];

    /// <summary>RAPL domains.</summary>
    public IReadOnlyList<RaplZone> Zones { get; init; } = [];

    /// <summary>Joules by domain's folder.</summary>
    public IReadOnlyDictionary<string, double> RaplJoules { get; init; } = new Dictionary<string, double>();

    /// <summary>Sources with what is wrong with them; null when nothing.</summary>
    public IReadOnlyDictionary<string, string?> Sources { get; init; } = new SortedDictionary<string, string?>();
}
