namespace ModelOperator.EnergyAgent;

/// <summary>Settings of the energy agent, from environment variables.</summary>
public sealed record AgentOptions
{
    /// <summary>Name of the node.</summary>
    public string Node { get; init; } = "";

    /// <summary>Port of the metrics.</summary>
    public int Port { get; init; } = 9406;

    /// <summary>Name or path of NVML.</summary>
    public string Nvml { get; init; } = NvmlLibrary.DefaultName;

    /// <summary>Folder of the powercap domains.</summary>
    public string Powercap { get; init; } = "/sys/class/powercap";

    /// <summary>The kubelet's socket for who holds which device.</summary>
    public string PodResources { get; init; } = "/var/lib/kubelet/pod-resources/kubelet.sock";

    /// <summary>Time between two looks. Short enough that no RAPL counter passes its range twice: 262,144 J at 1,000 W last 262 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Reads the settings.</summary>
    /// <param name="variable">Value of an environment variable, or null.</param>
    /// <exception cref="FormatException">A value is wrong; the message names it.</exception>
    public static AgentOptions Read(Func<string, string?> variable)
    {
        var fallback = new AgentOptions();
        string Get(string name, string other) => variable(name) is { Length: > 0 } value ? value : other;
        var port = Get("MODELOP_AGENT_PORT", "9406");
        return fallback with
        {
            Node = Get("MODELOP_NODE_NAME", Environment.MachineName),
            Nvml = Get("MODELOP_AGENT_NVML", fallback.Nvml),
            Powercap = Get("MODELOP_AGENT_POWERCAP", fallback.Powercap),
            PodResources = Get("MODELOP_AGENT_POD_RESOURCES", fallback.PodResources),
            Port = ushort.TryParse(port, out var number) ? number : throw new FormatException($"MODELOP_AGENT_PORT is '{port}'; it must be a port from 0 to 65535."),
        };
    }
}
