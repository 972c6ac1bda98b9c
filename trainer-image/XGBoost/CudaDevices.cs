using System.Runtime.InteropServices;

namespace ModelOperator.XGBoost;

/// <summary>
/// Asks NVIDIA's driver for usable GPUs. libxgboost 2.0 and later fall back to the CPU with only a warning when there is none,
/// so the question has to be asked before training.
/// </summary>
public static unsafe class CudaDevices
{
    /// <summary>The number of GPUs that the driver offers to this process; 0 without a driver.</summary>
    public static int Count()
    {
        if (!NativeLibrary.TryLoad("libcuda.so.1", out var driver))
            return 0;
        try
        {
            if (!NativeLibrary.TryGetExport(driver, "cuInit", out var init) || !NativeLibrary.TryGetExport(driver, "cuDeviceGetCount", out var count))
                return 0;
            int devices;
            return ((delegate* unmanaged[Cdecl]<uint, int>)init)(0) == 0 && ((delegate* unmanaged[Cdecl]<int*, int>)count)(&devices) == 0 ? devices : 0;
        }
        finally
        {
            NativeLibrary.Free(driver);
        }
    }
}
