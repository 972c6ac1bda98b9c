namespace ModelOperator.Carbon.Accounts;

/// <summary>One price, and what it holds for; null holds for all.</summary>
/// <param name="Item">What it is for.</param>
/// <param name="Product">Product of the GPU.</param>
/// <param name="Region">Grid zone.</param>
/// <param name="Hours">Hours of the day, from the first to before the second, over midnight where the second is not larger.</param>
/// <param name="Micros">Price in millionths of the currency.</param>
internal sealed record PriceRow(PriceItem Item, string? Product, string? Region, (int From, int To)? Hours, long Micros)
{
    /// <summary>Which of several prices counts: the product says more than the region, and that more than the hour.</summary>
    public int Weight => (Product is null ? 0 : 4) + (Region is null ? 0 : 2) + (Hours is null ? 0 : 1);

    public bool Holds(PriceItem item, string? product, string? region, int hour) =>
        Item == item
        && (Product is null || string.Equals(Product, product, StringComparison.OrdinalIgnoreCase))
        && (Region is null || string.Equals(Region, region, StringComparison.OrdinalIgnoreCase))
        && (Hours is not var (from, to) || (from < to ? from <= hour && hour < to : from <= hour || hour < to));
}
