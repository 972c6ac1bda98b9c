using System.Runtime.InteropServices;

namespace ModelOperator.Torch;

/// <summary>Facts about the loaded libtorch.</summary>
public static unsafe class TorchLibrary
{
    /// <summary>Its version, for example 2.6.0.</summary>
    /// <exception cref="DllNotFoundException">It cannot be found.</exception>
    public static string Version => Marshal.PtrToStringUTF8((nint)NativeMethods.Version()) ?? "";

    /// <summary>Networks of this process that libtorch holds, in training or for predictions. Does not load the library.</summary>
    public static int Networks => NetworkHandle.Alive + ScorerHandle.Alive;

    /// <summary>Why it cannot work on a GPU here; null where it can.</summary>
    /// <exception cref="DllNotFoundException">It cannot be found.</exception>
    public static string? WhyNotCuda => NativeMethods.Cuda() switch
    {
        >= 2 => null,
        1 => $"libtorch {Version} finds no GPU that it can use in this container",
        _ => $"libtorch {Version} is built without CUDA",
    };
}
