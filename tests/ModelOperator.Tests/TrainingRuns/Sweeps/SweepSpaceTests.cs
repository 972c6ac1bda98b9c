using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.Tests.TrainingRuns.Sweeps;

public sealed class SweepSpaceTests
{
    [Fact]
    public void The_generator_is_SplitMix64_as_published()
    {
        // Reference values of Vigna's splitmix64.c for the seed 1234567.
        var random = new SplitMix64(1234567);
        Assert.Equal([6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL, 4593380528125082431UL], Enumerable.Range(0, 4).Select(_ => random.Next()));
    }

    [Fact]
    public void Draws_of_a_seed_are_these_for_ever() => Assert.Equal(
        ["0.00110049,10", "0.0132055,4", "0.0064966,3"],
        SweepSpace.Draws(SweepSpecs.Random, 3).Select(p => string.Join(',', p.Values.Select(v => v.Value))));

    [Fact]
    public void A_logarithmic_range_is_divided_by_factors_with_both_ends_exact() => Assert.Equal(
        ["0.0001", "0.001", "0.01", "0.1", "1"], SweepSpace.Axis(SweepSpecs.Range("eta", 0.0001, 1, SweepScale.Log, count: 5)));

    [Fact]
    public void Very_small_numbers_have_no_exponent() => Assert.Equal(
        ["0.00000001", "0.000001", "0.0001"], SweepSpace.Axis(SweepSpecs.Range("eta", 1e-8, 1e-4, SweepScale.Log, count: 3)));

    [Fact]
    public void More_points_than_integers_give_each_integer_once() => Assert.Equal(
        ["1", "2", "3"], SweepSpace.Axis(SweepSpecs.Range("n", 1, 3, type: SweepNumberType.Integer, count: 9)));

    [Fact]
    public void One_point_of_a_range_is_its_minimum() => Assert.Equal(["5"], SweepSpace.Axis(SweepSpecs.Range("n", 5, 9, count: 1)));

    [Fact]
    public void Learners_change_slowest_on_a_grid() => Assert.Equal(
        ["trees 2", "trees 4", "linear 2", "linear 4"],
        SweepSpace.Grid(SweepSpecs.Grid with { Choices = [new SweepChoice { Name = "trees" }, new SweepChoice { Name = "linear" }], Parameters = [SweepSpecs.Values("depth", "2", "4")] })
            .Select(p => $"{p.Choice!.Name} {p.Values[0].Value}"));

    [Fact]
    public void A_small_space_gives_fewer_trials_than_asked_for() => Assert.Equal(
        3, SweepSchedule.Of(SweepSpecs.Random with { Parameters = [SweepSpecs.Values("a", "1", "2", "3")], Trials = 20 }, []).Total);

    [Theory]
    [InlineData(10, 90, 3, 13, "10 30 90", "9 3 1")]
    [InlineData(10, 100, 3, 13, "10 30 100", "9 3 1")]
    [InlineData(1, 16, 2, 31, "1 2 4 8 16", "16 8 4 2 1")]
    [InlineData(1, 16, 2, 40, "1 2 4 8 16", "21 10 5 2 1")]
    [InlineData(5, 10, 2, 3, "5 10", "2 1")]
    public void Rungs_are_these(int minimum, int maximum, int factor, int trials, string resources, string sizes)
    {
        var halving = new SweepHalving { Parameter = "r", Minimum = minimum, Maximum = maximum, Factor = factor };
        Assert.Equal(resources, string.Join(' ', SweepRungs.Resources(halving)));
        Assert.Equal(sizes, string.Join(' ', SweepRungs.Sizes(halving, trials)));
    }

    [Fact]
    public void A_sweep_needs_the_time_of_its_trials_as_many_at_once_as_it_allows()
    {
        Assert.Equal(3, SweepRungs.Rounds(SweepSpecs.Grid));
        Assert.Equal(2, SweepRungs.Rounds(SweepSpecs.Random with { Trials = 7, Parallelism = 4 }));
        // Nine trials of a ninth, three of a third, one whole; four at once.
        Assert.Equal((3.0 / 9) + (1.0 / 3) + 1, SweepRungs.Rounds(SweepSpecs.Halving), 1e-9);
    }
}
