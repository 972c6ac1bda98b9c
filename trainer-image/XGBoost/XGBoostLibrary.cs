using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelOperator.XGBoost;

/// <summary>Facts about the loaded libxgboost.</summary>
public static unsafe class XGBoostLibrary
{
    /// <summary>The version of the loaded library, for example 3.0.0.</summary>
    /// <exception cref="DllNotFoundException">libxgboost cannot be found.</exception>
    public static Version Version
    {
        get
        {
            int major, minor, patch;
            NativeMethods.XGBoostVersion(&major, &minor, &patch);
            return new Version(major, minor, patch);
        }
    }

    /// <summary>Boosters of this process that the library holds.</summary>
    public static int Boosters => BoosterHandle.Alive;

    /// <summary>Data matrices of this process that the library holds.</summary>
    public static int Matrices => DMatrixHandle.Alive;

    /// <summary>Whether the library was compiled with CUDA. Says nothing about a GPU being there.</summary>
    public static bool BuiltWithCuda
    {
        get
        {
            byte* json;
            XGBoostException.Check(NativeMethods.XGBuildInfo(&json));
            using var document = JsonDocument.Parse(Marshal.PtrToStringUTF8((nint)json) ?? "{}");
            return document.RootElement.TryGetProperty("USE_CUDA", out var cuda) && cuda.ValueKind == JsonValueKind.True;
        }
    }

    /// <summary>Why the library cannot work on a GPU here; null where it can. It must be asked: later versions take the CPU with a warning only.</summary>
    /// <exception cref="DllNotFoundException">libxgboost cannot be found.</exception>
    public static string? WhyNotCuda => !BuiltWithCuda ? $"libxgboost {Version} is built without CUDA" : CudaDevices.Count() == 0 ? CudaDevices.None : null;

    /// <summary>Sends the library's warnings to standard error; without this they mix with the caller's standard output.</summary>
    public static void LogToStandardError() => XGBoostException.Check(NativeMethods.XGBRegisterLogCallback(&WriteLog));

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static void WriteLog(byte* message)
    {
        try
        {
            Console.Error.WriteLine(Marshal.PtrToStringUTF8((nint)message)?.TrimEnd());
        }
        catch (IOException)
        {
            // An exception must not cross into native code, and a closed standard error is not worth dying for.
        }
    }
}
