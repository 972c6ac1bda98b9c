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
    /// <summary>20 GiB.</summary>
    public const long DefaultMaxUploadBytes = 20L * 1024 * 1024 * 1024;

    /// <summary>64 MiB.</summary>
    public const long DefaultMinFreeBytes = 64L * 1024 * 1024;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="FormatException">A number is none; the message names the variable.</exception>
    public static ArtifactStoreOptions FromEnvironment(Func<string, string?> variable) => new(
        Text(variable, "MODELOP_STORE_ROOT", "/data"),
        Text(variable, "MODELOP_STORE_LISTEN", "http://0.0.0.0:8082"),
        Text(variable, "MODELOP_STORE_KEY_FILE", "/etc/model-operator/artifact-key/key"),
        Number(variable, "MODELOP_STORE_MAX_UPLOAD_BYTES", DefaultMaxUploadBytes),
        Number(variable, "MODELOP_STORE_MIN_FREE_BYTES", DefaultMinFreeBytes),
        TimeSpan.FromSeconds(Number(variable, "MODELOP_STORE_LOCK_SECONDS", 60)));

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
