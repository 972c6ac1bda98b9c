using System.Runtime.InteropServices;
using System.Text;

namespace ModelOperator.EnergyAgent;

/// <summary>
/// The NVIDIA Management Library by its C functions (NVML API reference, "Device Queries"). Bound by name at run time: the agent runs on nodes without a GPU too,
/// where the library is missing and that is no fault.
/// </summary>
public sealed unsafe class NvmlLibrary : IDisposable
{
    /// <summary>Name that the driver installs.</summary>
    public const string DefaultName = "libnvidia-ml.so.1";

    private const int Success = 0;
    private const int NotSupported = 3;
    private const int TextBytes = 96;

    private readonly nint library;
    private readonly delegate* unmanaged<int> shutdown;
    private readonly delegate* unmanaged<uint*, int> count;
    private readonly delegate* unmanaged<uint, nint*, int> handle;
    private readonly delegate* unmanaged<nint, byte*, uint, int> uuid;
    private readonly delegate* unmanaged<nint, byte*, uint, int> name;
    private readonly delegate* unmanaged<nint, ulong*, int> energy;
    private readonly delegate* unmanaged<nint, uint*, int> power;
    private readonly delegate* unmanaged<nint, uint*, int> limit;
    private bool disposed;

    private NvmlLibrary(nint library)
    {
        this.library = library;
        shutdown = (delegate* unmanaged<int>)Export("nvmlShutdown");
        count = (delegate* unmanaged<uint*, int>)Export("nvmlDeviceGetCount_v2");
        handle = (delegate* unmanaged<uint, nint*, int>)Export("nvmlDeviceGetHandleByIndex_v2");
        uuid = (delegate* unmanaged<nint, byte*, uint, int>)Export("nvmlDeviceGetUUID");
        name = (delegate* unmanaged<nint, byte*, uint, int>)Export("nvmlDeviceGetName");
        energy = (delegate* unmanaged<nint, ulong*, int>)Export("nvmlDeviceGetTotalEnergyConsumption");
        power = (delegate* unmanaged<nint, uint*, int>)Export("nvmlDeviceGetPowerUsage");
        limit = (delegate* unmanaged<nint, uint*, int>)Export("nvmlDeviceGetEnforcedPowerLimit");
        Check(((delegate* unmanaged<int>)Export("nvmlInit_v2"))(), "nvmlInit_v2");
    }

    /// <summary>Loads and initialises NVML.</summary>
    /// <param name="path">Name or path of the library.</param>
    /// <exception cref="NvmlException">There is none, it lacks a function, or the driver does not answer.</exception>
    public static NvmlLibrary Open(string path = DefaultName)
    {
        if (!NativeLibrary.TryLoad(path, out var library))
            throw new NvmlException($"no NVML: {path} cannot be loaded; on a node with NVIDIA GPUs the driver's library must be in the container (NVIDIA container runtime)");
        try
        {
            return new(library);
        }
        catch (NvmlException)
        {
            NativeLibrary.Free(library);
            throw;
        }
    }

    /// <summary>Looks at every board; one that fails is left out.</summary>
    /// <exception cref="NvmlException">The driver does not answer any more.</exception>
    public IReadOnlyList<GpuReading> Read()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        uint devices;
        Check(count(&devices), "nvmlDeviceGetCount_v2");
        var readings = new List<GpuReading>();
        for (uint i = 0; i < devices; i++)
        {
            nint device;
            if (handle(i, &device) == Success && Text(uuid, device) is { Length: > 0 } id)
                readings.Add(new GpuReading { Index = i, Uuid = id, Model = Text(name, device) ?? "", EnergyMillijoules = Long(device), PowerMilliwatts = Int(power, device), LimitMilliwatts = Int(limit, device) });
        }

        return readings;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        _ = shutdown();
        NativeLibrary.Free(library);
    }

    private nint Export(string function) => NativeLibrary.TryGetExport(library, function, out var address)
        ? address
        : throw new NvmlException($"no NVML: the library has no {function}; the driver is too old");

    private ulong? Long(nint device)
    {
        ulong value;
        return energy(device, &value) == Success ? value : null;
    }

    private static uint? Int(delegate* unmanaged<nint, uint*, int> function, nint device)
    {
        uint value;
        return function(device, &value) == Success ? value : null;
    }

    private static string? Text(delegate* unmanaged<nint, byte*, uint, int> function, nint device)
    {
        var buffer = stackalloc byte[TextBytes];
        return function(device, buffer, TextBytes) == Success ? Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer)) : null;
    }

    private static void Check(int code, string function)
    {
        if (code != Success)
            throw new NvmlException($"no NVML: {function} answered {code}{(code == NotSupported ? " (not supported)" : code == 9 ? " (driver not loaded)" : "")}");
    }
}
