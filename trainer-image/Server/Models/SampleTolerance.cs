namespace ModelOperator.Server.Models;

/// <summary>How far a sample's prediction may be from the trainer's: <paramref name="Share"/> of the larger of the prediction and <paramref name="Unit"/>.</summary>
/// <param name="Share">For example 1e-5.</param>
/// <param name="Unit">What is small on the target's scale: 1 or more.</param>
internal readonly record struct SampleTolerance(double Share, double Unit)
{
    /// <summary>What is summed as the trainer summed it, or with other roundings of 32 bits alone.</summary>
    internal static SampleTolerance Exact { get; } = new(1e-5, 1);

    /// <summary>The difference that is allowed.</summary>
    internal double At(double expected) => Share * Math.Max(Unit, Math.Abs(expected));
}
