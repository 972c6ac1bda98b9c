using System.Globalization;

namespace ModelOperator.Artifacts;

/// <summary>Settings of the artifact store, each from one environment variable.</summary>
/// <param name="Root">Folder on the volume (MODELOP_STORE_ROOT, default /data).</param>
/// <param name="Listen">URL to listen on (MODELOP_STORE_LISTEN, default http://0.0.0.0:8082).</param>
/// <param name="KeyFile">File with the token key, read anew for every request (MODELOP_STORE_KEY_FILE).</param>
/// <param name="MaxUploadBytes">Largest blob, in bytes (MODELOP_STORE_MAX_UPLOAD_BYTES, default 20 GiB).</param>
/// <param name="MinFreeBytes">Space that uploads must leave on the volume, in bytes (MODELOP_STORE_MIN_FREE_BYTES, default 64 MiB).</param>
/// <param name="LockTimeout">How long to wait for a predecessor to let go of the volume (MODELOP_STORE_LOCK_SECONDS, default 60 s).</param>
public sealed record ArtifactStoreOptions(
    string Root,
    string Listen,
    string KeyFile,
    long MaxUploadBytes = ArtifactStoreOptions.DefaultMaxUploadBytes,
    long MinFreeBytes = ArtifactStoreOptions.DefaultMinFreeBytes,
    TimeSpan? LockTimeout = null)
{
    /// <summary>30 days.</summary>
    public const int DefaultGraceHours = 30 * 24;

    private const int DefaultUploadExpiryHours = 24;

    // Well above the resolution of last uses, and above any upload of an artifact from its first file to its manifest.
    private const int LeastGraceHours = 24;

    /// <summary>How much each namespace may use (MODELOP_STORE_QUOTAS, for example *=50Gi,team-a=200Gi; no limits by default).</summary>
    public NamespaceQuotas Quotas { get; init; } = NamespaceQuotas.None;

    /// <summary>When a resumable upload is removed that nothing came for (MODELOP_STORE_UPLOAD_EXPIRY_HOURS, default 24).</summary>
    public TimeSpan UploadExpiry { get; init; } = TimeSpan.FromHours(DefaultUploadExpiryHours);

    /// <summary>What becomes of garbage (MODELOP_STORE_COLLECTION, Report or Delete, default Report).</summary>
    public CollectionMode Collection { get; init; }

    /// <summary>How long what nothing names is kept after its last use (MODELOP_STORE_GRACE_HOURS, at least 24, default 720).</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(DefaultGraceHours);

    /// <summary>Where the blobs are kept (MODELOP_STORE_S3_*); on the volume itself when null.</summary>
    public S3StoreOptions? S3 { get; init; }

    /// <summary>20 GiB.</summary>
    public const long DefaultMaxUploadBytes = 20L * 1024 * 1024 * 1024;

    /// <summary>64 MiB.</summary>
    public const long DefaultMinFreeBytes = 64L * 1024 * 1024;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="FormatException">A setting is wrong; the message names the variable, and what is allowed.</exception>
    public static ArtifactStoreOptions FromEnvironment(Func<string, string?> variable) => new(
        Text(variable, "MODELOP_STORE_ROOT", "/data"),
        Text(variable, "MODELOP_STORE_LISTEN", "http://0.0.0.0:8082"),
        Text(variable, "MODELOP_STORE_KEY_FILE", "/etc/model-operator/artifact-key/key"),
        Number(variable, "MODELOP_STORE_MAX_UPLOAD_BYTES", DefaultMaxUploadBytes),
        Number(variable, "MODELOP_STORE_MIN_FREE_BYTES", DefaultMinFreeBytes),
        TimeSpan.FromSeconds(Number(variable, "MODELOP_STORE_LOCK_SECONDS", 60)))
    {
        S3 = S3StoreOptions.FromEnvironment(variable),
        Collection = Mode(variable("MODELOP_STORE_COLLECTION")),
        Quotas = QuotasOf(variable("MODELOP_STORE_QUOTAS")),
        UploadExpiry = Hours(variable, "MODELOP_STORE_UPLOAD_EXPIRY_HOURS", DefaultUploadExpiryHours, 1),
        Grace = Hours(variable, "MODELOP_STORE_GRACE_HOURS", DefaultGraceHours, LeastGraceHours),
    };

    private static NamespaceQuotas QuotasOf(string? text)
    {
        try
        {
            return NamespaceQuotas.Parse(text);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"MODELOP_STORE_QUOTAS: {wrong.Message}", wrong);
        }
    }

    private static CollectionMode Mode(string? text) => text switch
    {
        null or "" or nameof(CollectionMode.Report) => CollectionMode.Report,
        nameof(CollectionMode.Delete) => CollectionMode.Delete,
        _ => throw new FormatException($"MODELOP_STORE_COLLECTION must be Report or Delete, not '{text}'"),
    };

    private static TimeSpan Hours(Func<string, string?> variable, string name, int fallback, int least) =>
        Number(variable, name, fallback) is var hours && hours >= least && hours <= 24 * 3650
            ? TimeSpan.FromHours(hours)
            : throw new FormatException($"{name} must be hours, at least {least}, not {hours}");

    private static string Text(Func<string, string?> variable, string name, string fallback) =>
        variable(name) is { Length: > 0 } value ? value : fallback;

    private static long Number(Func<string, string?> variable, string name, long fallback)
    {
        var text = variable(name);
        if (string.IsNullOrEmpty(text))
            return fallback;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"{name} must be a whole number, not '{text}'");
    }
}
