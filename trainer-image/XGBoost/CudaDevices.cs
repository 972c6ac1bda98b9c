using System.Runtime.InteropServices;

namespace ModelOperator.XGBoost;

/// <summary>
/// Asks NVIDIA's driver for usable GPUs. libxgboost 2.0 and later fall back to the CPU with only a warning when there is none,
/// so the question has to be asked before training.
/// </summary>
public static unsafe class CudaDevices
{
    // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR.
    private const int CapabilityMajor = 75;

    /// <summary>What to say where there is none.</summary>
    public const string None = "the NVIDIA driver offers no GPU to this container";

    /// <summary>The number of GPUs that the driver offers to this process; 0 without a driver.</summary>
    public static int Count() => Ask(Count);

    /// <summary>The first GPU's generation: 8 is Ampere; 0 where there is none.</summary>
    public static int ComputeCapability() => Ask(static driver =>
    {
        int major;
        return Count(driver) > 0 && NativeLibrary.TryGetExport(driver, "cuDeviceGetAttribute", out var attribute)
            && ((delegate* unmanaged[Cdecl]<int*, int, int, int>)attribute)(&major, CapabilityMajor, 0) == 0 ? major : 0;
    });

    private static int Ask(Func<nint, int> question)
    {
        if (!NativeLibrary.TryLoad("libcuda.so.1", out var driver))
            return 0;
        try
        {
            return question(driver);
        }
        finally
        {
            NativeLibrary.Free(driver);
        }
    }

    private static int Count(nint driver)
    {
        if (!NativeLibrary.TryGetExport(driver, "cuInit", out var init) || !NativeLibrary.TryGetExport(driver, "cuDeviceGetCount", out var count))
            return 0;
        int devices;
        return ((delegate* unmanaged[Cdecl]<uint, int>)init)(0) == 0 && ((delegate* unmanaged[Cdecl]<int*, int>)count)(&devices) == 0 ? devices : 0;
    }
}
