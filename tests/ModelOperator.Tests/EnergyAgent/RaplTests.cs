using System.Globalization;
using ModelOperator.EnergyAgent;
using ModelOperator.Tests.Artifacts;

namespace ModelOperator.Tests.EnergyAgent;

/// <summary>RAPL against a folder tree in the kernel's shape.</summary>
public sealed class RaplTests : IDisposable
{
    private const ulong Range = 262_143_328_850;
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder folder = new();

    private string Powercap => Directory.CreateDirectory(Path.Combine(folder.Path, "sys", "class", "powercap")).FullName;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Domains_are_read_with_their_names_and_the_memory_mapped_twin_is_left_out()
    {
        Zone("intel-rapl:0", "package-0", 1_000_000, 125_000_000);
        Zone("intel-rapl:0:0", "core", 600_000);
        Zone("intel-rapl:0:1", "dram", 50_000);
        Zone("intel-rapl-mmio:0", "package-0", 1_000_000);
        Directory.CreateDirectory(Path.Combine(Powercap, "dtpm"));
        Assert.Equal(
            ["intel-rapl:0 package-0 1000000 125", "intel-rapl:0:0 core 600000 ", "intel-rapl:0:1 dram 50000 "],
            new RaplReader(Powercap).Read().Select(z => FormattableString.Invariant($"{z.Folder} {z.Name} {z.Microjoules} {z.MaxWatts}")));
    }

    [Fact]
    public void A_machine_without_RAPL_has_no_domains() => Assert.Empty(new RaplReader(Path.Combine(folder.Path, "none")).Read());

    [Fact]
    public void A_counter_that_cannot_be_read_is_null_and_not_zero()
    {
        Zone("intel-rapl:0", "package-0", 1_000_000);
        File.Delete(Path.Combine(Powercap, "intel-rapl:0", "energy_uj"));
        Assert.Null(new RaplReader(Powercap).Read().Single().Microjoules);
    }

    [Fact]
    public void Totals_grow_through_a_wrap_a_failed_read_and_a_reset()
    {
        var totals = new RaplTotals();
        var seconds = 0;
        double Look(ulong? microjoules) => totals.Add([new RaplZone("intel-rapl:0", "package-0", microjoules, Range, 125)], Start.AddSeconds(5 * seconds++)).GetValueOrDefault("intel-rapl:0");
        Assert.Equal(0, Look(Range - 200_000_000), 6);
        Assert.Equal(100, Look(Range - 100_000_000), 6);
        // 100 J to the end of the range and 50 J after it.
        Assert.Equal(250, Look(50_000_000), 6);
        Assert.Equal(250, Look(null), 6);
        Assert.Equal(450, Look(250_000_000), 6);
        // A fall that no wrap explains: what the counter shows is the least that was used.
        Assert.Equal(460, Look(10_000_000), 6);
    }

    private void Zone(string name, string domain, ulong microjoules, ulong? limit = null)
    {
        // As in the kernel: the folders lie in the tree of devices, the class holds relative links to them.
        var path = Directory.CreateDirectory(Path.Combine(folder.Path, "sys", "devices", "virtual", "powercap", name)).FullName;
        Directory.CreateSymbolicLink(Path.Combine(Powercap, name), $"../../devices/virtual/powercap/{name}");
        File.WriteAllText(Path.Combine(path, "name"), domain + "\n");
        File.WriteAllText(Path.Combine(path, "energy_uj"), microjoules.ToString(CultureInfo.InvariantCulture) + "\n");
        File.WriteAllText(Path.Combine(path, "max_energy_range_uj"), Range.ToString(CultureInfo.InvariantCulture) + "\n");
        if (limit is { } watts)
            File.WriteAllText(Path.Combine(path, "constraint_0_max_power_uw"), watts.ToString(CultureInfo.InvariantCulture) + "\n");
    }
}
