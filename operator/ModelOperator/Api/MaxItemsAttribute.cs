namespace ModelOperator.Api;

/// <summary>Most items that a list may have; the generated schema's maxItems (DataAnnotations' MaxLength is not trim-safe).</summary>
/// <param name="count">Most items.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MaxItemsAttribute(int count) : Attribute
{
    /// <summary>Most items.</summary>
    public int Count { get; } = count;
}
