using System.Runtime.InteropServices;

namespace ModelOperator.Torch;

/// <summary>Facts about the loaded libtorch.</summary>
public static unsafe class TorchLibrary
{
    /// <summary>Its version, for example 2.6.0.</summary>
    /// <exception cref="DllNotFoundException">It cannot be found.</exception>
    public static string Version => Marshal.PtrToStringUTF8((nint)NativeMethods.Version()) ?? "";

    /// <summary>Networks of this process that libtorch holds.</summary>
    public static int Networks => NetworkHandle.Alive;

    /// <summary>Whether it was compiled with CUDA. Says nothing about a GPU being there.</summary>
    public static bool BuiltWithCuda => NativeMethods.Cuda() >= 1;

    /// <summary>Whether there is a GPU that it can use.</summary>
    public static bool HasGpu => NativeMethods.Cuda() >= 2;
}
