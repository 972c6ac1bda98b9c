using System.Runtime.InteropServices;

namespace ModelOperator.XGBoost;

/// <summary>
/// Finds libxgboost: the file named by MODELOP_XGBOOST_LIBRARY, else Debian's soname, else the usual names.
/// Debian ships soname 0 for 1.7 (bookworm) and for 3.0 (trixie).
/// </summary>
internal static class LibraryLocator
{
    internal const string PathVariable = "MODELOP_XGBOOST_LIBRARY";

    private static readonly string[] Names = ["libxgboost.so.0", "libxgboost.so", "/usr/local/lib/libxgboost.so", "libxgboost.dylib", "xgboost.dll"];

    internal static nint Load()
    {
        WaitPolicy.Apply();
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path)
            return NativeLibrary.TryLoad(path, out var named)
                ? named
                : throw new DllNotFoundException($"{PathVariable} names '{path}', which cannot be loaded as libxgboost");
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
                return handle;
        }

        throw new DllNotFoundException(
            $"libxgboost was not found (tried {string.Join(", ", Names)}): install Debian's libxgboost0 or set {PathVariable} to the library file");
    }
}
