using System.Globalization;
using System.Text;

namespace ModelOperator.Artifacts;

/// <summary>
/// Who uses how much of the store. A blob counts for the namespace that uploaded it first, until it is deleted: an empty file
/// <c>owners/&lt;namespace&gt;/&lt;hex&gt;</c> says so, made before the blob is visible. Blobs that nobody uploaded on behalf of a namespace count for none.
/// Thread-safe.
/// </summary>
public sealed class NamespaceUsage
{
    private readonly string _owners;
    private readonly NamespaceQuotas _quotas;
    private readonly Dictionary<string, (long Used, long Reserved)> _bytes = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Reads what was used; entries of blobs that never came, or are gone, are removed.</summary>
    /// <param name="root">Folder on the volume.</param>
    /// <param name="quotas">Limits.</param>
    /// <param name="sizeOf">Size of a blob, null when there is none.</param>
    public NamespaceUsage(string root, NamespaceQuotas quotas, Func<Sha256Digest, long?> sizeOf)
    {
        (_owners, _quotas) = (Path.Combine(root, "owners"), quotas);
        Directory.CreateDirectory(_owners);
        UnixFiles.SyncDirectory(root);
        foreach (var entry in Directory.EnumerateFiles(_owners, "*", SearchOption.AllDirectories))
        {
            if (Sha256Digest.TryParseHex(Path.GetFileName(entry), out var digest) && sizeOf(digest) is { } size)
                Add(Path.GetFileName(Path.GetDirectoryName(entry)!), used: size);
            else
                File.Delete(entry);
        }
    }

    /// <summary>Why a namespace may not have so many bytes more; null when it may. No namespace has no limit.</summary>
    public string? Refusal(string? namespaceName, long more)
    {
        if (namespaceName is null || _quotas.Of(namespaceName) is not { } limit)
            return null;
        var (used, reserved) = Of(namespaceName);
        return more <= limit - used - reserved
            ? null
            : $"namespace {namespaceName} uses {used} of {limit} bytes{(reserved > 0 ? $", and uploads that are under way need {reserved}" : "")}; {more} more do not fit";
    }

    /// <summary>Counts a blob for a namespace, durably. Before it is visible.</summary>
    public void Claim(string? namespaceName, Sha256Digest digest, long size)
    {
        if (namespaceName is null)
            return;
        var folder = Path.Combine(_owners, namespaceName);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            UnixFiles.SyncDirectory(_owners);
        }

        File.WriteAllBytes(Path.Combine(folder, digest.Hex), []);
        UnixFiles.SyncDirectory(folder);
        Add(namespaceName, used: size);
    }

    /// <summary>A blob is gone.</summary>
    public void Release(Sha256Digest digest, long size)
    {
        foreach (var folder in Directory.EnumerateDirectories(_owners))
        {
            var entry = Path.Combine(folder, digest.Hex);
            if (!File.Exists(entry))
                continue;
            File.Delete(entry);
            Add(Path.GetFileName(folder), used: -size);
        }
    }

    /// <summary>Sets bytes aside for an upload that is under way, or with a negative number gives them back.</summary>
    public void Reserve(string? namespaceName, long bytes)
    {
        if (namespaceName is not null)
            Add(namespaceName, reserved: bytes);
    }

    /// <summary>The part of the metrics page.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        lock (_gate)
        {
            if (_bytes.Count == 0)
                return "";
            text.Append("# HELP modelop_store_namespace_bytes Bytes of blobs that a namespace uploaded first.\n# TYPE modelop_store_namespace_bytes gauge\n");
            foreach (var (name, (used, _)) in _bytes)
                text.Append(CultureInfo.InvariantCulture, $"modelop_store_namespace_bytes{{namespace=\"{name}\"}} {used}\n");
            text.Append("# HELP modelop_store_namespace_limit_bytes How many it may use; absent without a limit.\n# TYPE modelop_store_namespace_limit_bytes gauge\n");
            foreach (var name in _bytes.Keys)
            {
                if (_quotas.Of(name) is { } limit)
                    text.Append(CultureInfo.InvariantCulture, $"modelop_store_namespace_limit_bytes{{namespace=\"{name}\"}} {limit}\n");
            }
        }

        return text.ToString();
    }

    private (long Used, long Reserved) Of(string namespaceName)
    {
        lock (_gate)
            return _bytes.GetValueOrDefault(namespaceName);
    }

    private void Add(string namespaceName, long used = 0, long reserved = 0)
    {
        lock (_gate)
        {
            var was = _bytes.GetValueOrDefault(namespaceName);
            _bytes[namespaceName] = (was.Used + used, was.Reserved + reserved);
        }
    }
}
