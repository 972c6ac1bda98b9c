using System.Runtime.InteropServices;

namespace ModelOperator.XGBoost;

/// <summary>A call into libxgboost failed; the message is the library's own first line.</summary>
public sealed class XGBoostException(string message) : Exception(message)
{
    internal static unsafe void Check(int status)
    {
        if (status != 0)
            throw new XGBoostException(Text(NativeMethods.XGBGetLastError()));
    }

    // The library appends a native stack trace, which says nothing to the reader of a one-line message.
    private static unsafe string Text(byte* error)
    {
        var full = Marshal.PtrToStringUTF8((nint)error) ?? "unknown error";
        var trace = full.IndexOf("\nStack trace", StringComparison.Ordinal);
        return "libxgboost: " + (trace < 0 ? full : full[..trace]).Trim();
    }
}
