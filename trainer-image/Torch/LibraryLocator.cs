using System.Runtime.InteropServices;

namespace ModelOperator.Torch;

/// <summary>Finds the library between .NET and libtorch: the file named by MODELOP_TORCH_LIBRARY, else the one beside the program.</summary>
internal static class LibraryLocator
{
    internal const string PathVariable = "MODELOP_TORCH_LIBRARY";

    private const string FileName = "libmodelop-torch.so";

    internal static nint Load()
    {
        var path = Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, FileName);
        if (!File.Exists(path))
            throw new DllNotFoundException($"{path} does not exist: learner Network needs it and libtorch (build it by trainer-image/Torch/native/build, or name it by {PathVariable})");
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException failure)
        {
            // The loader's own words name the library that is missing.
            throw new DllNotFoundException($"{path} cannot be loaded; learner Network needs the libtorch that it was built with: {failure.Message}", failure);
        }
    }
}
