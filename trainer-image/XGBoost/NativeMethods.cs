using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace ModelOperator.XGBoost;

/// <summary>The part of libxgboost's C API that is used here; present with these signatures in 1.7 and in 3.0.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "xgboost";

    [SuppressMessage("Performance", "CA1810:Initialize reference type static fields inline", Justification = "The resolver must be in place before the first native call.")]
    static NativeMethods() => NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Library ? LibraryLocator.Load() : 0;

    [LibraryImport(Library)]
    internal static partial void XGBoostVersion(int* major, int* minor, int* patch);

    [LibraryImport(Library)]
    internal static partial int XGBuildInfo(byte** json);

    [LibraryImport(Library)]
    internal static partial byte* XGBGetLastError();

    [LibraryImport(Library)]
    internal static partial int XGBRegisterLogCallback(delegate* unmanaged[Cdecl]<byte*, void> callback);

    [LibraryImport(Library)]
    internal static partial int XGDMatrixCreateFromDense(byte* data, byte* config, nint* matrix);

    [LibraryImport(Library)]
    internal static partial int XGDMatrixSetFloatInfo(DMatrixHandle handle, byte* field, float* values, ulong length);

    [LibraryImport(Library)]
    internal static partial int XGDMatrixFree(nint handle);

    [LibraryImport(Library)]
    internal static partial int XGBoosterCreate(nint* matrices, ulong length, nint* booster);

    [LibraryImport(Library)]
    internal static partial int XGBoosterFree(nint handle);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int XGBoosterSetParam(BoosterHandle handle, string name, string value);

    [LibraryImport(Library)]
    internal static partial int XGBoosterUpdateOneIter(BoosterHandle handle, int iteration, DMatrixHandle train);

    // What 1.7 has instead of TrainOneIter; later versions take derivatives of one column only by it.
    [LibraryImport(Library)]
    internal static partial int XGBoosterBoostOneIter(BoosterHandle handle, DMatrixHandle train, float* gradients, float* hessians, ulong length);

    // Since 2.1.
    [LibraryImport(Library)]
    internal static partial int XGBoosterTrainOneIter(BoosterHandle handle, DMatrixHandle train, int iteration, byte* gradients, byte* hessians);

    [LibraryImport(Library)]
    internal static partial int XGBoosterEvalOneIter(BoosterHandle handle, int iteration, nint* matrices, byte** names, ulong length, byte** result);

    [LibraryImport(Library)]
    internal static partial int XGBoosterPredictFromDMatrix(
        BoosterHandle handle, DMatrixHandle matrix, byte* config, ulong** shape, ulong* dimensions, float** result);

    [LibraryImport(Library)]
    internal static partial int XGBoosterPredictFromDense(
        BoosterHandle handle, byte* values, byte* config, nint proxy, ulong** shape, ulong* dimensions, float** result);

    [LibraryImport(Library)]
    internal static partial int XGBoosterBoostedRounds(BoosterHandle handle, int* rounds);

    [LibraryImport(Library)]
    internal static partial int XGBoosterGetNumFeature(BoosterHandle handle, ulong* count);

    [LibraryImport(Library)]
    internal static partial int XGBoosterSlice(BoosterHandle handle, int begin, int end, int step, nint* booster);

    [LibraryImport(Library)]
    internal static partial int XGBoosterLoadModelFromBuffer(BoosterHandle handle, byte* buffer, ulong length);

    [LibraryImport(Library)]
    internal static partial int XGBoosterSaveModelToBuffer(BoosterHandle handle, byte* config, ulong* length, byte** buffer);

    [LibraryImport(Library)]
    internal static partial int XGBoosterSaveJsonConfig(BoosterHandle handle, ulong* length, byte** json);

    [LibraryImport(Library)]
    internal static partial int XGBoosterFeatureScore(
        BoosterHandle handle, byte* config, ulong* featureCount, byte*** features, ulong* dimensions, ulong** shape, float** scores);
}
