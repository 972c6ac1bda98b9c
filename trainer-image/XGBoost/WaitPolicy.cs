using System.Runtime.InteropServices;

namespace ModelOperator.XGBoost;

/// <summary>
/// Makes idle OpenMP threads sleep rather than spin. Spinning threads on a shared or limited CPU starve the one that has work: on a busy
/// machine the same training was seen to take 1.4 s and 246 s. Energy is wasted either way.
/// </summary>
public static partial class WaitPolicy
{
    /// <summary>Sets OMP_WAIT_POLICY unless the environment has it. Must run before libxgboost or libtorch brings in libgomp, which reads it once.</summary>
    public static void Apply()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            // .NET's own environment is a copy; libgomp reads the C library's.
            _ = SetEnvironment("OMP_WAIT_POLICY", "passive", overwrite: 0);
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library: slower when the CPU is contended, but right.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
