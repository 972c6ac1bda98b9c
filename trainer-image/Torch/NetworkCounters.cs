using System.Runtime.InteropServices;

namespace ModelOperator.Torch;

/// <summary>What the optimiser counts.</summary>
/// <param name="Updates">Updates done.</param>
/// <param name="GoodUpdates">Updates in a row without an overflow, with 16-bit floats.</param>
/// <param name="LossScale">What the loss is multiplied with so that small gradients survive in 16-bit floats.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct NetworkCounters(long Updates, long GoodUpdates, double LossScale)
{
    /// <summary>Before the first update.</summary>
    public static NetworkCounters Start { get; } = new(0, 0, 65536);
}
