using System.Runtime.InteropServices;

namespace ModelOperator.Torch;

/// <summary>A call into libtorch failed; the message is the library's own first line.</summary>
public sealed class TorchException(string message) : Exception(message)
{
    internal static unsafe void Check(int status)
    {
        if (status != 0)
            throw new TorchException(Text(NativeMethods.Error()));
    }

    // What follows the first line is for whoever works on libtorch.
    private static unsafe string Text(byte* error) => "libtorch: " + (Marshal.PtrToStringUTF8((nint)error) ?? "unknown error").Split('\n', 2)[0].Trim();
}
