using System.Collections;
using System.Globalization;
using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Server.PredictionLogs;

namespace ModelOperator.Server;

/// <summary>Settings from the environment.</summary>
public sealed record ServerOptions
{
    /// <summary>The most rows of one request.</summary>
    public const int MostRows = 10_000;

    /// <summary>The largest request body, in bytes.</summary>
    public const int MostBodyBytes = 8 << 20;

    public required string ModelName { get; init; }

    /// <summary>For example diamonds-1; sent with every response and in every prediction's id.</summary>
    public required string ModelVersion { get; init; }

    public required string ModelDirectory { get; init; }

    /// <summary>CanaryDeployment that this server belongs to, a label of its metrics: another one may serve the same version. None when absent.</summary>
    public string? Canary { get; init; }

    /// <summary>What the model must keep; null for no promise.</summary>
    public SignatureDocument? Signature { get; init; }

    public int Port { get; init; } = 8080;

    /// <summary>How long requests are still taken after SIGTERM, while load balancers learn that this server is not ready any more.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests with bodies that are read and answered at once.</summary>
    public int MaxConcurrentRequests { get; init; } = 256;

    /// <summary>Requests that wait for their turn besides.</summary>
    public int MaxQueuedRequests { get; init; } = 256;

    /// <summary>How long a request may wait for its body, its turn and a predictor.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time that drift is measured over on /metrics.</summary>
    public TimeSpan DriftWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Key for prediction ids, equal in all replicas; without it ids are guarded against accidents only, not against forgery.</summary>
    public string? FeedbackKey { get; init; }

    /// <summary>Which predictions are handed over to the history; none when null.</summary>
    public PredictionLogOptions? PredictionLog { get; init; }

    /// <summary>Where the reason of a failed start is written for the kubelet.</summary>
    public string TerminationLog { get; init; } = "/dev/termination-log";

    /// <summary>Labels of every series about the served version.</summary>
    internal (string Name, string Value)[] Labels() => Canary is { } canary
        ? [("model", ModelName), ("version", ModelVersion), ("canary", canary)]
        : [("model", ModelName), ("version", ModelVersion)];

    private static SignatureDocument ReadSignature(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ModelJsonContext.Default.SignatureDocument) ?? throw new ArgumentException("MODELOP_MODEL_SIGNATURE is null");
        }
        catch (JsonException failure)
        {
            throw new ArgumentException($"MODELOP_MODEL_SIGNATURE is malformed: {failure.Message}", failure);
        }
    }

    /// <exception cref="ArgumentException">A variable is missing or malformed; the message names it.</exception>
    public static ServerOptions Read(IDictionary variables)
    {
        string? Get(string name) => variables[name] is string { Length: > 0 } value ? value : null;
        string Need(string name) => Get(name) ?? throw new ArgumentException($"environment variable {name} is not set");
        int Integer(string name, int fallback, int least, int most) => Get(name) is not { } text
            ? fallback
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
                ? value
                : throw new ArgumentException($"{name} is '{text}', allowed is a whole number from {least} to {most}");
        var version = Need("MODELOP_MODEL_VERSION");
        if (version.Length > 253 || version.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '.' or '_')))
            throw new ArgumentException($"MODELOP_MODEL_VERSION is '{version}', allowed are up to 253 letters, digits, '-', '.' and '_'");
        return new ServerOptions
        {
            ModelName = Need("MODELOP_MODEL_NAME"),
            ModelVersion = version,
            ModelDirectory = Need("MODELOP_MODEL_DIR"),
            Canary = Get("MODELOP_CANARY"),
            Signature = Get("MODELOP_MODEL_SIGNATURE") is { } signature ? ReadSignature(signature) : null,
            Port = Integer("MODELOP_PORT", 8080, 0, 65535),
            DrainTime = TimeSpan.FromSeconds(Integer("MODELOP_DRAIN_SECONDS", 5, 0, 3600)),
            MaxConcurrentRequests = Integer("MODELOP_MAX_CONCURRENT_REQUESTS", 256, 1, 100_000),
            MaxQueuedRequests = Integer("MODELOP_MAX_QUEUED_REQUESTS", 256, 0, 100_000),
            RequestTimeout = TimeSpan.FromSeconds(Integer("MODELOP_REQUEST_TIMEOUT_SECONDS", 30, 1, 3600)),
            DriftWindow = TimeSpan.FromSeconds(Integer("MODELOP_DRIFT_WINDOW_SECONDS", 3600, 60, 2_592_000)),
            FeedbackKey = Get("MODELOP_FEEDBACK_KEY"),
            PredictionLog = PredictionLogOptions.Read(Get),
            TerminationLog = Get("MODELOP_TERMINATION_LOG") ?? "/dev/termination-log",
        };
    }
}
