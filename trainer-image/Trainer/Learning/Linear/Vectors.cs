using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelOperator.Trainer.Learning.Linear;

/// <summary>The two loops that linear models spend their time in.</summary>
internal static class Vectors
{
    internal static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var a = MemoryMarshal.Cast<double, Vector<double>>(left);
        var b = MemoryMarshal.Cast<double, Vector<double>>(right);
        var sums = Vector<double>.Zero;
        for (var i = 0; i < a.Length; i++)
            sums += a[i] * b[i];
        var sum = Vector.Sum(sums);
        for (var i = a.Length * Vector<double>.Count; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    /// <summary>to += by * values.</summary>
    internal static void AddScaled(Span<double> to, double by, ReadOnlySpan<double> values)
    {
        var a = MemoryMarshal.Cast<double, Vector<double>>(to);
        var b = MemoryMarshal.Cast<double, Vector<double>>(values);
        for (var i = 0; i < a.Length; i++)
            a[i] += b[i] * by;
        for (var i = a.Length * Vector<double>.Count; i < to.Length; i++)
            to[i] += values[i] * by;
    }
}
