using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Attribution;

namespace ModelOperator.Carbon.Tests.Attribution;

public class EnergyAttributionTests
{
    [Fact]
    public void The_holder_of_a_whole_gpu_gets_all_its_energy_idle_included()
    {
        var split = EnergyAttribution.Split(1_000, 300, [EnergyHolder.Whole("a")]);
        Assert.Equal((1_000, 0), (split.Joules["a"], split.UnallocatedJoules));
    }

    [Fact]
    public void Time_slicing_shares_activity_by_sm_utilisation_and_idle_equally()
    {
        var split = EnergyAttribution.Split(1_000, 200, [EnergyHolder.TimeSliced("a", 0.6, 2), EnergyHolder.TimeSliced("b", 0.2, 2)]);
        Assert.Equal(100 + 600, split.Joules["a"], 9);
        Assert.Equal(100 + 200, split.Joules["b"], 9);
        Assert.Equal(0, split.UnallocatedJoules, 9);
    }

    [Fact]
    public void Mig_shares_activity_by_engine_and_idle_by_slices_and_free_slices_are_nobodys()
    {
        var split = EnergyAttribution.Split(1_400, 700, [EnergyHolder.Mig("a", 0.5, 3), EnergyHolder.Mig("b", 0.5, 2)]);
        Assert.Equal(300 + 350, split.Joules["a"], 9);
        Assert.Equal(200 + 350, split.Joules["b"], 9);
        Assert.Equal(200, split.UnallocatedJoules, 9);
    }

    [Fact]
    public void Cpu_shares_activity_by_cpu_time_and_idle_by_the_larger_of_request_and_usage()
    {
        var split = EnergyAttribution.Split(
            1_000, 400, [EnergyHolder.Cpu("a", 30, 4, 1, 16), EnergyHolder.Cpu("b", 50, 1, 2, 16)], systemWeight: 20);
        Assert.Equal(100 + 180, split.Joules["a"], 9);
        Assert.Equal(50 + 300, split.Joules["b"], 9);
        Assert.Equal(250 + 120, split.UnallocatedJoules, 9);
    }

    [Fact]
    public void Without_activity_data_the_holders_share_by_what_they_hold()
    {
        var split = EnergyAttribution.Split(1_000, 0, [new("a", 0, 0.25), new("b", 0, 0.75)]);
        Assert.Equal((250, 750), (split.Joules["a"], split.Joules["b"]));
        Assert.Equal(1_000, EnergyAttribution.Split(1_000, 100, []).UnallocatedJoules);
        Assert.Equal(1_000, EnergyAttribution.Split(1_000, 100, [new("a", 0, 0)]).UnallocatedJoules);
    }

    [Fact]
    public void The_nodes_sum_is_conserved_and_no_part_is_negative() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(ushort Weight, byte Share)[]>(), ArbMap.Default.ArbFor<(uint Total, uint Idle, ushort System)>(), (raw, node) =>
        {
            var holders = raw.Select((r, i) => new EnergyHolder($"p{i}", r.Weight, r.Share / 200.0)).ToArray();
            var split = EnergyAttribution.Split(node.Total, node.Idle, holders, node.System);
            var sum = split.Joules.Values.Sum() + split.UnallocatedJoules;
            var slack = 1e-9 * Math.Max(1, (double)node.Total);
            return Math.Abs(sum - node.Total) <= slack && split.UnallocatedJoules >= -slack && split.Joules.Values.All(j => j >= 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Nonsense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => EnergyAttribution.Split(-1, 0, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => EnergyAttribution.Split(1, double.NaN, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => EnergyAttribution.Split(1, 0, [], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => EnergyAttribution.Split(1, 0, [new("a", -1, 1)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => EnergyAttribution.Split(1, 0, [new("a", 1, double.PositiveInfinity)]));
        Assert.Throws<ArgumentException>(() => EnergyAttribution.Split(1, 0, [new("a", 1, 1), new("a", 1, 1)]));
    }
}
