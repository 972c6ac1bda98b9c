using System.Globalization;
using ModelOperator.Carbon.Data;

namespace ModelOperator.Carbon.Estimates;

/// <summary>IT power of a run by the models: expected and greatest, with the words for it.</summary>
/// <param name="ExpectedWatts">P_IT = n * (idle + u * (TDP - idle)) + cores * W/core + RAM, W.</param>
/// <param name="GreatestWatts">n * TDP + the upper ends of the CPU's and RAM's bands, W.</param>
/// <param name="Text">For the basis.</param>
/// <param name="Warning">About an inexact GPU model, or null.</param>
internal sealed record PlannedPower(double ExpectedWatts, double GreatestWatts, string Text, string? Warning)
{
    public static PlannedPower Of(RunEstimateInputs inputs)
    {
        var cpu = inputs.CpuCores * inputs.CpuModel.PerCore.Watts;
        var ram = inputs.CpuModel.RamPower(inputs.RamGibibytes).Watts;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{inputs.CpuCores:0.###} cores at {inputs.CpuModel.PerCore.Watts:0.##} W + {inputs.RamGibibytes:0.###} GiB RAM ({ram:0.##} W)");
        var most = (cpu * inputs.CpuModel.CpuHigh) + (ram * inputs.CpuModel.RamHigh);
        if (inputs.Device == RunDevice.Cpu || inputs.GpuCount == 0)
            return new(cpu + ram, most, text, null);

        var gpu = inputs.GpuTable.Lookup(inputs.GpuModel);
        var expected = inputs.GpuModelConstants.PowerOf(inputs.GpuCount, gpu.Tdp).Watts;
        var gpus = string.Create(
            CultureInfo.InvariantCulture,
            $"{inputs.GpuCount} x {gpu.Model} of {gpu.Tdp.Watts:0} W at utilisation {inputs.GpuModelConstants.Utilisation:0.##} ({expected:0.#} W)");
        return new(cpu + ram + expected, most + (inputs.GpuCount * gpu.Tdp.Watts), $"{gpus} + {text}", WarningFor(inputs.GpuModel, gpu));
    }

    private static string? WarningFor(string? asked, GpuPower found) => found.Match switch
    {
        GpuMatch.Family => $"GPU '{asked}' is not in the table; {found.Model} of the same chip stands in.",
        GpuMatch.Unknown => $"GPU '{asked ?? "not named"}' is not in the table; the greatest rated power there, of {found.Model}, stands in.",
        _ => null,
    };
}
