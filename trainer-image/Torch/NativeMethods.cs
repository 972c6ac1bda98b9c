using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace ModelOperator.Torch;

/// <summary>The functions of native/network.h and native/scorer.h.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "modelop-torch";

    [SuppressMessage("Performance", "CA1810:Initialize reference type static fields inline", Justification = "The resolver must be in place before the first native call.")]
    static NativeMethods() => NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Library ? LibraryLocator.Load() : 0;

    [LibraryImport(Library, EntryPoint = "modelop_torch_error")]
    internal static partial byte* Error();

    [LibraryImport(Library, EntryPoint = "modelop_torch_version")]
    internal static partial byte* Version();

    [LibraryImport(Library, EntryPoint = "modelop_torch_cuda")]
    internal static partial int Cuda();

    [LibraryImport(Library, EntryPoint = "modelop_network_create")]
    internal static partial int Create(NativeOptions* options, nint* network);

    [LibraryImport(Library, EntryPoint = "modelop_network_free")]
    internal static partial void Free(nint network);

    [LibraryImport(Library, EntryPoint = "modelop_network_set_rows")]
    internal static partial int SetRows(NetworkHandle network, float* values, float* targets, long rows);

    [LibraryImport(Library, EntryPoint = "modelop_network_backward")]
    internal static partial int Backward(NetworkHandle network, int* rows, int count, double weight, ulong seed, double* loss);

    [LibraryImport(Library, EntryPoint = "modelop_network_update")]
    internal static partial int Update(NetworkHandle network, double learningRate, int* taken);

    [LibraryImport(Library, EntryPoint = "modelop_network_forward")]
    internal static partial int Forward(NetworkHandle network, float* values, long rows, float* outputs);

    [LibraryImport(Library, EntryPoint = "modelop_network_state_length")]
    internal static partial long StateLength(NetworkHandle network);

    [LibraryImport(Library, EntryPoint = "modelop_network_get_state")]
    internal static partial int GetState(NetworkHandle network, float* state, long length, NetworkCounters* counters);

    [LibraryImport(Library, EntryPoint = "modelop_network_set_state")]
    internal static partial int SetState(NetworkHandle network, float* state, long length, NetworkCounters* counters);

    [LibraryImport(Library, EntryPoint = "modelop_scorer_create")]
    internal static partial int CreateScorer(NativeLayer* layers, int count, int cuda, int threads, nint* scorer);

    [LibraryImport(Library, EntryPoint = "modelop_scorer_free")]
    internal static partial void FreeScorer(nint scorer);

    [LibraryImport(Library, EntryPoint = "modelop_scorer_forward")]
    internal static partial int ForwardScorer(ScorerHandle scorer, float* values, long rows, float* outputs);
}
