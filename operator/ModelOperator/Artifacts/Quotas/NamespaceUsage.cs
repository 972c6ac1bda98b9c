using System.Globalization;
using System.Text;

namespace ModelOperator.Artifacts;

/// <summary>
/// Who uses how much of the store. A blob counts for the namespace that uploaded it first, until it is deleted; the backing keeps who that was. Blobs that
/// nobody uploaded on behalf of a namespace count for none. Thread-safe.
/// </summary>
public sealed class NamespaceUsage(NamespaceQuotas quotas)
{
    private readonly Dictionary<string, (long Used, long Reserved)> _bytes = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Why a namespace may not have so many bytes more; null when it may. No namespace has no limit.</summary>
    public string? Refusal(string? namespaceName, long more)
    {
        if (namespaceName is null || quotas.Of(namespaceName) is not { } limit)
            return null;
        lock (_gate)
            return Refusal(namespaceName, more, limit);
    }

    /// <summary>Sets bytes aside unless they do not fit; why they do not.</summary>
    public string? TryReserve(string? namespaceName, long bytes)
    {
        if (namespaceName is null)
            return null;
        lock (_gate)
        {
            if (quotas.Of(namespaceName) is { } limit && Refusal(namespaceName, bytes, limit) is { } refusal)
                return refusal;
            Add(namespaceName, reserved: bytes);
            return null;
        }
    }

    /// <summary>A blob counts for a namespace; what was set aside for it is its own now.</summary>
    public void Claim(string? namespaceName, long size, long reserved)
    {
        if (namespaceName is not null)
            Add(namespaceName, used: size, reserved: -reserved);
    }

    /// <summary>A blob is gone.</summary>
    public void Release(string namespaceName, long size) => Add(namespaceName, used: -size);

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
                if (quotas.Of(name) is { } limit)
                    text.Append(CultureInfo.InvariantCulture, $"modelop_store_namespace_limit_bytes{{namespace=\"{name}\"}} {limit}\n");
            }
        }

        return text.ToString();
    }

    private string? Refusal(string namespaceName, long more, long limit)
    {
        var (used, reserved) = _bytes.GetValueOrDefault(namespaceName);
        return more <= limit - used - reserved
            ? null
            : $"namespace {namespaceName} uses {used} of {limit} bytes{(reserved > 0 ? $", and uploads that are under way need {reserved}" : "")}; {more} more do not fit";
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
