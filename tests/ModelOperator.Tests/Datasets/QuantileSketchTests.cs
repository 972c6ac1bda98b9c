using ModelOperator.Datasets;

namespace ModelOperator.Tests.Datasets;

public sealed class QuantileSketchTests
{
    private static readonly double[] Shares = [0, 0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1];

    public static TheoryData<string> Distributions => ["uniform", "normal", "heavy tail", "two peaks", "steps", "ascending"];

    [Fact]
    public void Up_to_its_buffer_quantiles_are_exact()
    {
        var sketch = new QuantileSketch();
        foreach (var value in Enumerable.Range(1, 101).Reverse())
            sketch.Add(value);
        Assert.True(sketch.IsExact);
        Assert.Equal([1, 26, 51, 76, 101], new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(sketch.Quantile));
        Assert.True(double.IsNaN(new QuantileSketch().Quantile(0.5)));
    }

    [Theory]
    [MemberData(nameof(Distributions))]
    public void The_rank_of_every_quantile_is_within_the_documented_bound(string distribution)
    {
        var values = Values(distribution, 100_000, 1);
        var sketch = new QuantileSketch();
        foreach (var value in values)
            sketch.Add(value);
        Assert.False(sketch.IsExact);
        AssertRanks(values, sketch);
        Assert.InRange(sketch.Centroids().Length, 50, 250);
        Assert.Equal(values.Length, sketch.Centroids().Sum(c => c.Weight));
    }

    [Theory]
    [MemberData(nameof(Distributions))]
    public void Merged_sketches_are_as_good_as_one_over_all_values(string distribution)
    {
        var parts = Enumerable.Range(0, 7).Select(seed => Values(distribution, seed * 3000, seed + 10)).ToArray();
        var merged = new QuantileSketch();
        foreach (var part in parts)
        {
            var sketch = new QuantileSketch();
            foreach (var value in part)
                sketch.Add(value);
            merged.Merge(sketch);
        }

        Assert.Equal(parts.Sum(p => p.Length), merged.Count);
        AssertRanks([.. parts.SelectMany(p => p)], merged);
    }

    [Fact]
    public void Merged_summaries_have_the_mean_and_deviation_of_all_values()
    {
        var (left, right, whole) = (new NumericSummary(), new NumericSummary(), new NumericSummary());
        foreach (var (index, value) in Values("normal", 9000, 3).Index())
        {
            (index % 3 == 0 ? left : right).Add(value + 1e6);
            whole.Add(value + 1e6);
        }

        left.Merge(right);
        Assert.Equal(whole.Count, left.Count);
        Assert.Equal(whole.Mean, left.Mean, 1e-6);
        Assert.Equal(whole.StandardDeviation, left.StandardDeviation, 1e-6);
        Assert.Equal((whole.Minimum, whole.Maximum), (left.Minimum, left.Maximum));
    }

    [Fact]
    public void Counts_are_exact_up_to_a_thousand_values_and_bounded_beyond()
    {
        var counts = new ValueCounts();
        for (var i = 0; i < 200_000; i++)
            counts.Add(i % 4 == 0 ? "often" : $"rare-{(i * 7919) % 50_000}");
        Assert.InRange(counts.Error, 1, 200_000 / (ValueCounts.Most + 1));
        var (value, count) = counts.Top(1)[0];
        Assert.Equal("often", value);
        Assert.InRange(count, 50_000 - counts.Error, 50_000);

        var few = new ValueCounts();
        foreach (var word in new[] { "b", "a", "b", "c" })
            few.Add(word);
        Assert.Equal(new[] { ("b", 2L), ("a", 1L), ("c", 1L) }, few.Top(5).AsEnumerable());
        Assert.Equal((3, 0L), (few.Distinct, few.Error));
    }

    private static void AssertRanks(double[] values, QuantileSketch sketch)
    {
        var sorted = values.Order().ToArray();
        foreach (var share in Shares)
        {
            var found = sketch.Quantile(share);
            // The share of the ranks that the value covers, ties included: the asked share must be in it, within the bound.
            var below = (double)sorted.Count(v => v < found - 1e-9) / sorted.Length;
            var upTo = (double)sorted.Count(v => v <= found + 1e-9) / sorted.Length;
            var bound = Math.Max(0.0005, 0.02 * Math.Sqrt(share * (1 - share)));
            Assert.True(share >= below - bound && share <= upTo + bound, $"{share}: {found} has ranks {below} to {upTo}");
        }

        Assert.Equal((sorted[0], sorted[^1]), (sketch.Quantile(0), sketch.Quantile(1)));
    }

    private static double[] Values(string distribution, int count, int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return [.. Enumerable.Range(0, count).Select(i => distribution switch
        {
            "uniform" => random.NextDouble(),
            "normal" => Normal(),
            "heavy tail" => 1 / Math.Pow(1 - random.NextDouble(), 1.5),
            "two peaks" => Normal() + (random.Next(2) * 100),
            "steps" => random.Next(5),
            _ => i,
        })];
    }
}
