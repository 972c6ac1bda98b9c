using System.Globalization;
using System.Text;

namespace ModelOperator.XGBoost;

/// <summary>A dense float32 matrix held by libxgboost, NaN meaning missing, with one label per row.</summary>
public sealed unsafe class DMatrix : IDisposable
{
    private DMatrix(DMatrixHandle handle, int rows)
    {
        Handle = handle;
        Rows = rows;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    internal DMatrixHandle Handle { get; }

    /// <summary>Copies row-major <paramref name="values"/> of <paramref name="columns"/> columns into the library.</summary>
    /// <exception cref="ArgumentException">The sizes of values, labels and columns do not fit together.</exception>
    /// <exception cref="XGBoostException">The library refused the data.</exception>
    public static DMatrix FromDense(ReadOnlySpan<float> values, int columns, ReadOnlySpan<float> labels, int threads)
    {
        if (columns <= 0 || values.Length != (long)columns * labels.Length)
            throw new ArgumentException($"{values.Length} values do not make {labels.Length} rows of {columns} columns", nameof(values));
        nint matrix;
        var config = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"missing":NaN,"nthread":{{threads}}}{{'\0'}}"""));
        fixed (float* data = values)
        fixed (byte* configuration = config)
        fixed (byte* description = ArrayInterface.Dense((nint)data, labels.Length, columns))
            XGBoostException.Check(NativeMethods.XGDMatrixCreateFromDense(description, configuration, &matrix));
        var handle = new DMatrixHandle(matrix);
        try
        {
            fixed (float* label = labels)
            fixed (byte* field = "label\0"u8)
                XGBoostException.Check(NativeMethods.XGDMatrixSetFloatInfo(handle, field, label, (ulong)labels.Length));
            return new DMatrix(handle, labels.Length);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public void Dispose() => Handle.Dispose();
}
