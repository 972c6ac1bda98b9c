using ModelOperator.Carbon.Data;

namespace ModelOperator.Carbon.Tests.Data;

public class GpuPowerTableTests
{
    // Vendors' data sheets, W.
    [Theory]
    [InlineData("NVIDIA-H100-SXM", 700)]
    [InlineData("NVIDIA-H100-NVL", 400)]
    [InlineData("NVIDIA-A100-SXM4", 400)]
    [InlineData("NVIDIA-A100-PCIe-40GB", 250)]
    [InlineData("NVIDIA-A100-PCIe-80GB", 300)]
    [InlineData("NVIDIA-L40S", 350)]
    [InlineData("NVIDIA-L4", 72)]
    [InlineData("NVIDIA-T4", 70)]
    [InlineData("NVIDIA-V100-SXM2", 300)]
    [InlineData("NVIDIA-A10G", 150)]
    [InlineData("nvidia-l4", 72)]
    [InlineData("L4", 72)]
    [InlineData("Tesla-T4", 70)]
    [InlineData("Tesla V100-SXM2-16GB", 300)]
    [InlineData("NVIDIA-A100-SXM4-80GB", 400)]
    [InlineData("NVIDIA-A100-PCIE-40GB", 250)]
    [InlineData("NVIDIA A100 80GB PCIe", 300)]
    [InlineData("NVIDIA H100 PCIe", 350)]
    [InlineData("NVIDIA-A100-SXM4-40GB-MIG-1g.5gb", 400)]
    public void A_products_name_finds_its_rated_power(string model, double watts)
    {
        var found = GpuPowerTable.BuiltIn.Lookup(model);
        Assert.Equal((watts, GpuMatch.Model), (found.Tdp.Watts, found.Match));
        Assert.Equal("vendor datasheet", found.Source);
    }

    [Theory]
    [InlineData("NVIDIA-H100-80GB-HBM3", 700)]
    [InlineData("NVIDIA-H200", 700)]
    [InlineData("NVIDIA-A100", 400)]
    public void Another_build_of_a_chip_takes_the_chips_greatest_power(string model, double watts)
    {
        var found = GpuPowerTable.BuiltIn.Lookup(model);
        Assert.Equal((watts, GpuMatch.Family), (found.Tdp.Watts, found.Match));
    }

    [Theory]
    [InlineData("AMD Instinct MI300X")]
    [InlineData("NVIDIA")]
    [InlineData("")]
    [InlineData(null)]
    public void An_unknown_gpu_takes_the_greatest_power_of_the_table(string? model)
    {
        var found = GpuPowerTable.BuiltIn.Lookup(model);
        Assert.Equal((1_000, GpuMatch.Unknown, "NVIDIA-B200"), (found.Tdp.Watts, found.Match, found.Model));
    }

    [Theory]
    [InlineData("gpu,tdp_W,source\n-,70,a", "line 2: the GPU has no name")]
    [InlineData("gpu,tdp_W,source\nT4,zero,a", "line 2: 'zero' is not a power")]
    [InlineData("gpu,tdp_W,source\nT4,0,a", "line 2: '0' is not a power")]
    [InlineData("gpu,tdp_W,source\nT4,70000,a", "line 2: '70000' is not a power")]
    [InlineData("gpu,tdp_W,source\nT4,70,a\nt4,71,a", "line 3: GPU t4 is there twice")]
    [InlineData("gpu,tdp_W,source\n", "the table has no GPU")]
    public void A_table_with_a_fault_is_refused_by_line(string csv, string message)
    {
        var fault = Assert.Throws<FormatException>(() => GpuPowerTable.Parse(csv));
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_built_in_table_is_whole() => Assert.Equal(16, GpuPowerTable.BuiltIn.Models.Distinct().Count());
}
