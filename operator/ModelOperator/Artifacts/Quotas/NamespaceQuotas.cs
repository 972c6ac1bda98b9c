using ModelOperator.Kubernetes;

namespace ModelOperator.Artifacts;

/// <summary>How many bytes of the store a namespace may use.</summary>
public sealed class NamespaceQuotas
{
    private const string Others = "*";

    private readonly Dictionary<string, long> _limits;

    private NamespaceQuotas(Dictionary<string, long> limits) => _limits = limits;

    /// <summary>No limits.</summary>
    public static NamespaceQuotas None { get; } = new([]);

    /// <summary>Reads <c>namespace=quantity</c> with commas between them; <c>*</c> stands for every namespace that is not named.</summary>
    /// <exception cref="FormatException">The text is none; the message says what is wrong.</exception>
    public static NamespaceQuotas Parse(string? text)
    {
        var limits = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var item in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (item.Split('=') is not [{ Length: > 0 } name, { Length: > 0 } quantity] || new Quantity(quantity).Value is var bytes && (bytes < 0 || bytes > long.MaxValue))
                throw new FormatException($"'{item}' is not <namespace>=<quantity> or *=<quantity>, for example team-a=100Gi");
            if (!limits.TryAdd(name, (long)bytes))
                throw new FormatException($"{name} appears twice");
        }

        return new(limits);
    }

    /// <summary>Limit of a namespace in bytes; null for none.</summary>
    public long? Of(string namespaceName) =>
        _limits.TryGetValue(namespaceName, out var limit) || _limits.TryGetValue(Others, out limit) ? limit : null;
}
