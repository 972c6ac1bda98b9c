using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelOperator.Trainer.Learning.Linear;

/// <summary>
/// The two loops that linear models spend their time in. Over vectors they cannot be compiled ahead, since the width of a vector is the machine's, and a small training ends
/// before the runtime would have replaced its first, unoptimised code: so they are optimised at once, and only where there are columns enough to be worth it.
/// </summary>
internal static class Vectors
{
    private const int Few = 32;

    internal static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        if (left.Length >= Few)
            return DotWide(left, right);
        double sum = 0;
        for (var i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    /// <summary>to += by * values.</summary>
    internal static void AddScaled(Span<double> to, double by, ReadOnlySpan<double> values)
    {
        if (to.Length >= Few)
        {
            AddScaledWide(to, by, values);
            return;
        }

        for (var i = 0; i < to.Length; i++)
            to[i] += values[i] * by;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double DotWide(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaledWide(Span<double> to, double by, ReadOnlySpan<double> values)
    {
        var a = MemoryMarshal.Cast<double, Vector<double>>(to);
        var b = MemoryMarshal.Cast<double, Vector<double>>(values);
        for (var i = 0; i < a.Length; i++)
            a[i] += b[i] * by;
        for (var i = a.Length * Vector<double>.Count; i < to.Length; i++)
            to[i] += values[i] * by;
    }
}
