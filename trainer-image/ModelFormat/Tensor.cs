using System.Runtime.InteropServices;

namespace ModelOperator.ModelFormat;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">As safetensors names it.</param>
/// <param name="Shape">Its lengths.</param>
/// <param name="Content">Its numbers, little-endian.</param>
internal sealed record Tensor(string Name, string Type, int[] Shape, byte[] Content)
{
    /// <param name="name">Its name.</param>
    /// <param name="type">As safetensors names it; must be that of <typeparamref name="T"/>.</param>
    /// <param name="values">Its numbers.</param>
    /// <param name="shape">Its lengths; none for one dimension.</param>
    internal static Tensor Of<T>(string name, string type, ReadOnlySpan<T> values, params int[] shape) where T : unmanaged =>
        new(name, type, shape.Length > 0 ? shape : [values.Length], MemoryMarshal.AsBytes(values).ToArray());
}
