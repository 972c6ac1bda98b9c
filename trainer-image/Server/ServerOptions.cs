using System.Collections;
using System.Globalization;
using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Models;
using ModelOperator.Server.PredictionLogs;

namespace ModelOperator.Server;

/// <summary>Settings from the environment.</summary>
public sealed record ServerOptions
{
    /// <summary>The most rows of one request.</summary>
    public const int MostRows = 10_000;

    /// <summary>The largest request body, in bytes.</summary>
    public const int MostBodyBytes = 8 << 20;

    /// <summary>The most models of one process.</summary>
    public const int MostModels = 16;

    private const int LongestModel = 50;

    /// <summary>What is served: one version that stays, or models whose versions are followed.</summary>
    public required IReadOnlyList<ModelSettings> Models { get; init; }

    /// <summary>How often the links of followed models are looked at, which costs a system call or two each.</summary>
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>CanaryDeployment that this server belongs to, a label of its metrics: another one may serve the same version. None when absent.</summary>
    public string? Canary { get; init; }

    public int Port { get; init; } = 8080;

    /// <summary>How long requests are still taken after SIGTERM, while load balancers learn that this server is not ready any more.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests with bodies that are read and answered at once.</summary>
    public int MaxConcurrentRequests { get; init; } = 256;

    /// <summary>Requests that wait for their turn besides.</summary>
    public int MaxQueuedRequests { get; init; } = 256;

    /// <summary>How long a request may wait for its body, its turn and a predictor.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What predicts.</summary>
    public ServingDevice Device { get; init; }

    /// <summary>The most rows of several requests that a GPU is given in one call.</summary>
    public int BatchRows { get; init; } = 1024;

    /// <summary>How long the first of these requests waits for others where the GPU is free; zero for not at all, then only those go together that came while it was busy.</summary>
    public TimeSpan BatchDelay { get; init; }

    /// <summary>For tests on machines without a GPU: what would be asked of one, all of it, is asked of the same libraries on the CPU.</summary>
    internal bool RehearsesCuda { get; init; }

    /// <summary>Time that drift is measured over on /metrics.</summary>
    public TimeSpan DriftWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Key for prediction ids, equal in all replicas; without it ids are guarded against accidents only, not against forgery.</summary>
    public string? FeedbackKey { get; init; }

    /// <summary>Which predictions are handed over to the history; none when null.</summary>
    public PredictionLogOptions? PredictionLog { get; init; }

    /// <summary>Where the reason of a failed start is written for the kubelet.</summary>
    public string TerminationLog { get; init; } = "/dev/termination-log";

    private static ModelSettings Fixed(Func<string, string> need, Func<string, string?> get)
    {
        var version = need("MODELOP_MODEL_VERSION");
        if (VersionFolder.Refusal(version) is { } refusal)
            throw new ArgumentException("MODELOP_MODEL_VERSION " + refusal);
        return new ModelSettings
        {
            Name = need("MODELOP_MODEL_NAME"),
            Version = version,
            Directory = need("MODELOP_MODEL_DIR"),
            Variant = get("MODELOP_MODEL_VARIANT"),
            Signature = get("MODELOP_MODEL_SIGNATURE") is { } signature ? ReadSignature(signature) : null,
        };
    }

    private static ModelSettings[] Followed(string models, Func<string, string?> get)
    {
        string[] others = ["MODELOP_MODEL_NAME", "MODELOP_MODEL_VERSION", "MODELOP_MODEL_DIR", "MODELOP_MODEL_VARIANT", "MODELOP_MODEL_SIGNATURE", "MODELOP_PREDICTION_LOG_URL"];
        if (Array.Find(others, name => get(name) is not null) is { } other)
            throw new ArgumentException($"{other} and MODELOP_MODELS are both set; the first is for one version that stays, the second follows models, set one of them");
        var folder = get("MODELOP_MODELS_DIR") ?? "/models";
        // The alias is for modeloperator follow, which reads the same variable.
        var names = models.Split(',', StringSplitOptions.TrimEntries).Select(static model => model.Split('@', 2)[0]).ToArray();
        if (Array.Find(names, static name => !IsModel(name)) is { } wrong)
            throw new ArgumentException($"MODELOP_MODELS names '{wrong}', allowed are up to {LongestModel} small letters, digits and '-' for each model, with commas between them");
        if (names.Length > MostModels || names.Distinct(StringComparer.Ordinal).Count() < names.Length)
            throw new ArgumentException($"MODELOP_MODELS is '{models}', allowed are up to {MostModels} models, each once");
        return [.. names.Select(name => new ModelSettings { Name = name, Directory = Path.Combine(folder, name) })];
    }

    private static bool IsModel(string name) =>
        name.Length is > 0 and <= LongestModel && name.All(static character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');

    private static ServingDevice ReadDevice(Func<string, string?> get)
    {
        var device = get("MODELOP_DEVICE") switch
        {
            null or "cpu" => ServingDevice.Cpu,
            "cuda" => ServingDevice.Cuda,
            var other => throw new ArgumentException($"MODELOP_DEVICE is '{other}', allowed are cpu and cuda"),
        };
        string[] batches = ["MODELOP_BATCH_ROWS", "MODELOP_BATCH_MILLISECONDS"];
        if (device == ServingDevice.Cpu && Array.Find(batches, name => get(name) is not null) is { } unused)
            throw new ArgumentException($"{unused} is set, but requests go together on a GPU alone; set MODELOP_DEVICE=cuda, or leave it out");
        return device;
    }

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
        return new ServerOptions
        {
            Models = Get("MODELOP_MODELS") is { } models ? Followed(models, Get) : [Fixed(Need, Get)],
            Canary = Get("MODELOP_CANARY"),
            Port = Integer("MODELOP_PORT", 8080, 0, 65535),
            DrainTime = TimeSpan.FromSeconds(Integer("MODELOP_DRAIN_SECONDS", 5, 0, 3600)),
            MaxConcurrentRequests = Integer("MODELOP_MAX_CONCURRENT_REQUESTS", 256, 1, 100_000),
            MaxQueuedRequests = Integer("MODELOP_MAX_QUEUED_REQUESTS", 256, 0, 100_000),
            RequestTimeout = TimeSpan.FromSeconds(Integer("MODELOP_REQUEST_TIMEOUT_SECONDS", 30, 1, 3600)),
            Device = ReadDevice(Get),
            BatchRows = Integer("MODELOP_BATCH_ROWS", 1024, 1, MostRows),
            BatchDelay = TimeSpan.FromMilliseconds(Integer("MODELOP_BATCH_MILLISECONDS", 0, 0, 1000)),
            DriftWindow = TimeSpan.FromSeconds(Integer("MODELOP_DRIFT_WINDOW_SECONDS", 3600, 60, 2_592_000)),
            FeedbackKey = Get("MODELOP_FEEDBACK_KEY"),
            PredictionLog = PredictionLogOptions.Read(Get),
            TerminationLog = Get("MODELOP_TERMINATION_LOG") ?? "/dev/termination-log",
        };
    }
}
