using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Drift;
using ModelOperator.Server.Metrics;

namespace ModelOperator.Server.Tests;

/// <summary>Numbers of model.json are read and written by code of our own, as the framework's would.</summary>
public sealed class ModelNumbersTests
{
    private static readonly JsonSerializerOptions Framework = new(JsonSerializerDefaults.General) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    [Theory]
    [InlineData("""{"bins": {"bounds": [], "counts": [7]}}""")]
    [InlineData("""{"bins": {"bounds": [-0.1, 1, 2.50, 3.4028235E+38], "counts": [0, 1, 2, 3, 9223372036854775807]}}""")]
    [InlineData("""{"bins": {"bounds": null, "counts": null}, "quantiles": null, "categoryCounts": null}""")]
    [InlineData("""{"quantiles": {"0.5": 1.5, "0.05": -1, "0.5": 2}, "categoryCounts": {"b": 2, "a\u0041\n": 1, "": 0}}""")]
    [InlineData("""{"bins": {"bounds": 5, "counts": []}}""")]
    [InlineData("""{"bins": {"bounds": {"0": 5}, "counts": []}}""")]
    [InlineData("""{"bins": {"bounds": [1, null], "counts": []}}""")]
    [InlineData("""{"bins": {"bounds": ["1"], "counts": []}}""")]
    [InlineData("""{"bins": {"bounds": [[1]], "counts": []}}""")]
    [InlineData("""{"bins": {"bounds": [], "counts": [1.5]}}""")]
    [InlineData("""{"bins": {"bounds": [], "counts": [9223372036854775808]}}""")]
    [InlineData("""{"bins": {"bounds": [], "counts": [1, ]}}""")]
    [InlineData("""{"bins": {"bounds": [], "counts": [1""")]
    [InlineData("""{"quantiles": []}""")]
    [InlineData("""{"quantiles": {"a": null}}""")]
    [InlineData("""{"quantiles": {"a": {}}}""")]
    [InlineData("""{"quantiles": {"a": 1""")]
    [InlineData("""{"categoryCounts": {"a": true}}""")]
    [InlineData("""{"categoryCounts": "a"}""")]
    public void Profiles_are_what_the_framework_reads(string text)
    {
        string expected;
        try
        {
            expected = JsonSerializer.Serialize(JsonSerializer.Deserialize<FeatureProfile>(text, Framework), ModelJsonContext.Default.FeatureProfile);
        }
        catch (JsonException)
        {
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(text, ModelJsonContext.Default.FeatureProfile));
            return;
        }

        var read = JsonSerializer.Deserialize(text, ModelJsonContext.Default.FeatureProfile);
        Assert.Equal(expected, JsonSerializer.Serialize(read, ModelJsonContext.Default.FeatureProfile));
        Assert.Equal(JsonSerializer.Serialize(JsonSerializer.Deserialize<FeatureProfile>(text, Framework), Framework), JsonSerializer.Serialize(read, Framework));
    }

    [Fact]
    public void Of_many_features_the_most_important_are_counted_in_the_order_of_the_columns()
    {
        var features = Enumerable.Range(0, 100).Select(i => new FeatureDocument
        {
            Name = $"f{i}",
            // One in ten without a profile; of equal ones those that stand first.
            Importance = i % 7,
            Profile = new FeatureProfile { Bins = i % 10 == 3 ? null : new FeatureBins { Bounds = [1, 2], Counts = [1, 1, 1] } },
        }).ToList();
        var expected = features.Index().Where(static pair => pair.Item.Profile.Bins is not null).OrderByDescending(static pair => pair.Item.Importance).Take(FeatureDrift.MostFeatures)
            .OrderBy(static pair => pair.Index).Select(static pair => (pair.Item.Name, pair.Index)).ToList();
        var drift = new FeatureDrift(features);
        Assert.Equal(expected, drift.Features.Select(static feature => (feature.Name, feature.Column)));
        Assert.Equal(100 - FeatureDrift.MostFeatures, drift.Left);
        Assert.Equal(drift.Features.Index().Select(pair => drift.Features.Take(pair.Index).Sum(static feature => feature.Length)), drift.Features.Select(static feature => feature.Offset));
    }

    [Fact]
    public void The_most_frequent_categories_have_bins_of_their_own()
    {
        var categories = Enumerable.Range(0, 40).Select(static i => $"c{i}").ToList();
        var counts = new SortedDictionary<string, long>(categories.Index().Where(static pair => pair.Index != 5).ToDictionary(static pair => pair.Item, static pair => (long)(pair.Index % 3)));
        var binning = new FeatureBinning(
            new FeatureDocument { Name = "f", Type = FeatureType.Categorical, Categories = categories, Profile = new FeatureProfile { CategoryCounts = counts, Missing = 4 } }, 0, 0);
        var frequent = categories.OrderByDescending(name => counts.GetValueOrDefault(name)).ThenBy(categories.IndexOf).Take(FeatureBinning.MostCategories).ToList();
        Assert.Equal([.. frequent.Select(static name => "=" + name), "other", "missing"], binning.Labels);
        var total = counts.Values.Sum() + 4.0;
        Assert.Equal([.. frequent.Select(name => counts.GetValueOrDefault(name) / total), (counts.Values.Sum() - frequent.Sum(name => counts.GetValueOrDefault(name))) / total, 4 / total], binning.Shares);
    }

    [Fact]
    public void Numbers_of_any_size_have_buckets()
    {
        Assert.Equal(61, ValueHistogram.Numbers.Length);
        Assert.Equal([-0.002, -0.001, 0, 0.001, 0.002, 0.005, 0.01], ValueHistogram.Numbers[28..35]);
        Assert.Equal([1_000_000, 2_000_000, 5_000_000], ValueHistogram.Numbers[^3..]);
        Assert.Equal(-5_000_000, ValueHistogram.Numbers[0]);
    }
}
