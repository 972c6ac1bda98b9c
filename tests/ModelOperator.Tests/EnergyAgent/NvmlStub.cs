using System.Diagnostics;

namespace ModelOperator.Tests.EnergyAgent;

/// <summary>A C library with NVML's functions: two boards, of which the second has no counter; its energy grows with every look.</summary>
internal static class NvmlStub
{
    private const string Source = """
        #include <string.h>
        static unsigned long long energy = 5551899580ULL;
        int nvmlInit_v2(void) { return INIT; }
        int nvmlShutdown(void) { return 0; }
        int nvmlDeviceGetCount_v2(unsigned int *count) { *count = 3; return 0; }
        int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **device) { *device = (void *)(long)(index + 1); return index == 2 ? 15 : 0; }
        int nvmlDeviceGetUUID(void *device, char *uuid, unsigned int length) { strncpy(uuid, (long)device == 1 ? "GPU-aaaa" : "GPU-bbbb", length); return 0; }
        int nvmlDeviceGetName(void *device, char *name, unsigned int length) { strncpy(name, "NVIDIA H100 80GB HBM3", length); return 0; }
        int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *millijoules) { if ((long)device == 2) return 3; *millijoules = energy; energy += 350500; return 0; }
        int nvmlDeviceGetPowerUsage(void *device, unsigned int *milliwatts) { *milliwatts = 70100 * (long)device; return 0; }
        #ifndef OLD
        int nvmlDeviceGetEnforcedPowerLimit(void *device, unsigned int *milliwatts) { *milliwatts = 700000; return 0; }
        #endif
        """;

    /// <summary>Builds the library into a folder.</summary>
    internal static async Task<string> BuildAsync(string folder, params string[] defines)
    {
        var source = Path.Combine(folder, "nvml.c");
        var library = Path.Combine(folder, $"libnvidia-ml-{string.Concat(defines).Length}.so");
        await File.WriteAllTextAsync(source, Source);
        using var gcc = Process.Start(new ProcessStartInfo("/usr/bin/gcc", ["-shared", "-fPIC", "-o", library, .. defines, source]) { RedirectStandardError = true })!;
        var errors = await gcc.StandardError.ReadToEndAsync();
        await gcc.WaitForExitAsync();
        Assert.True(gcc.ExitCode == 0, errors);
        return library;
    }
}
