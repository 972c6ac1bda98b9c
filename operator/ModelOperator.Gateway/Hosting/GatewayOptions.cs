using System.Globalization;

namespace ModelOperator.Gateway.Hosting;

/// <summary>Settings of the gateway, from environment variables.</summary>
public sealed record GatewayOptions
{
    /// <summary>Port of the traffic; 0 for any free one. MODELOP_GATEWAY_PORT.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Port of /admin/routes, /healthz, /readyz and /metrics. MODELOP_GATEWAY_ADMIN_PORT.</summary>
    public int AdminPort { get; init; } = 8081;

    /// <summary>Namespace of the ConfigMap. MODELOP_GATEWAY_NAMESPACE.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name of the ConfigMap that holds the route table. MODELOP_GATEWAY_ROUTES.</summary>
    public string? RoutesConfigMap { get; init; }

    /// <summary>File that holds the route table instead of a ConfigMap. MODELOP_GATEWAY_ROUTES_FILE.</summary>
    public string? RoutesFile { get; init; }

    /// <summary>
    /// Longest silence of an arm, to its first byte and between two bytes; longer than the 30 s after which a model server says by itself that a request waited too long (429): our 504 would be counted
    /// as the version's error. MODELOP_GATEWAY_TIMEOUT_SECONDS.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>How long a connection to an arm that cannot be made is tried again, 5 s at most. MODELOP_GATEWAY_CONNECT_SECONDS.</summary>
    public TimeSpan ConnectPatience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Largest request body. MODELOP_GATEWAY_MAX_BODY_BYTES.</summary>
    public long MaxBodyBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>After SIGTERM: how long traffic is still taken while /readyz is false, so that Services forget this pod first. MODELOP_GATEWAY_DRAIN_SECONDS.</summary>
    public TimeSpan DrainDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After the drain delay: how long requests in flight may take. MODELOP_GATEWAY_SHUTDOWN_SECONDS.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most requests that wait for a server of a version that is scaled to zero. MODELOP_GATEWAY_MAX_HELD.</summary>
    public int MaxHeld { get; init; } = 1000;

    /// <summary>Most bytes of their bodies that may lie in buffers meanwhile. MODELOP_GATEWAY_MAX_HELD_BYTES.</summary>
    public long MaxHeldBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Reads the settings; the problem names the variable.</summary>
    public static (GatewayOptions Options, string? Problem) FromEnvironment(Func<string, string?> variable)
    {
        GatewayOptions defaults = new();
        List<string> problems = [];
        long Number(string name, long fallback, long min, long max)
        {
            if (variable(name) is not { Length: > 0 } text)
                return fallback;
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
                return value;
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name} must be a whole number from {min} to {max}"));
            return fallback;
        }

        GatewayOptions options = new()
        {
            Port = (int)Number("MODELOP_GATEWAY_PORT", defaults.Port, 0, 65535),
            AdminPort = (int)Number("MODELOP_GATEWAY_ADMIN_PORT", defaults.AdminPort, 0, 65535),
            Namespace = variable("MODELOP_GATEWAY_NAMESPACE"),
            RoutesConfigMap = variable("MODELOP_GATEWAY_ROUTES"),
            RoutesFile = variable("MODELOP_GATEWAY_ROUTES_FILE"),
            Timeout = TimeSpan.FromSeconds(Number("MODELOP_GATEWAY_TIMEOUT_SECONDS", (long)defaults.Timeout.TotalSeconds, 1, 3600)),
            ConnectPatience = TimeSpan.FromSeconds(Number("MODELOP_GATEWAY_CONNECT_SECONDS", 3, 0, 5)),
            MaxBodyBytes = Number("MODELOP_GATEWAY_MAX_BODY_BYTES", defaults.MaxBodyBytes, 1, 1L << 40),
            DrainDelay = TimeSpan.FromSeconds(Number("MODELOP_GATEWAY_DRAIN_SECONDS", 5, 0, 600)),
            MaxHeld = (int)Number("MODELOP_GATEWAY_MAX_HELD", defaults.MaxHeld, 0, 1_000_000),
            MaxHeldBytes = Number("MODELOP_GATEWAY_MAX_HELD_BYTES", defaults.MaxHeldBytes, 0, 1L << 40),
            ShutdownTimeout = TimeSpan.FromSeconds(Number("MODELOP_GATEWAY_SHUTDOWN_SECONDS", 30, 0, 3600)),
        };
        if (string.IsNullOrEmpty(options.RoutesFile) && (string.IsNullOrEmpty(options.Namespace) || string.IsNullOrEmpty(options.RoutesConfigMap)))
            problems.Add("set MODELOP_GATEWAY_NAMESPACE and MODELOP_GATEWAY_ROUTES (a ConfigMap), or MODELOP_GATEWAY_ROUTES_FILE");
        return (options, problems.Count == 0 ? null : string.Join("; ", problems));
    }
}
