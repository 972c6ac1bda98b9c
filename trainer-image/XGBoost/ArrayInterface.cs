using System.Globalization;
using System.Text;

namespace ModelOperator.XGBoost;

/// <summary>NumPy's __array_interface__ (version 3) as zero-terminated UTF-8 JSON: how libxgboost takes dense float32 data without a copy.</summary>
internal static class ArrayInterface
{
    internal static byte[] Dense(nint data, long rows, long columns) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"data":[{{data}},true],"shape":[{{rows}},{{columns}}],"typestr":"<f4","version":3}{{'\0'}}"""));
}
