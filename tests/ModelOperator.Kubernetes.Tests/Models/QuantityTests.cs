using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace ModelOperator.Kubernetes.Tests;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("1", "1")]
    [InlineData("+1.5", "1.5")]
    [InlineData("-2", "-2")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("500m", "0.5")]
    [InlineData("250u", "0.00025")]
    [InlineData("3n", "0.000000003")]
    [InlineData("2k", "2000")]
    [InlineData("2M", "2000000")]
    [InlineData("1G", "1000000000")]
    [InlineData("1T", "1000000000000")]
    [InlineData("1P", "1000000000000000")]
    [InlineData("1E", "1000000000000000000")]
    [InlineData("1Ki", "1024")]
    [InlineData("1.5Gi", "1610612736")]
    [InlineData("3Ti", "3298534883328")]
    [InlineData("1Pi", "1125899906842624")]
    [InlineData("8Ei", "9223372036854775808")]
    [InlineData("12e6", "12000000")]
    [InlineData("12E6", "12000000")]
    [InlineData("1e-3", "0.001")]
    public void Quantity_text_means_an_exact_number(string text, string number)
    {
        Assert.Equal(decimal.Parse(number, CultureInfo.InvariantCulture), new Quantity(text).Value);
        Assert.Equal(text, new Quantity(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Gi")]
    [InlineData("1 Gi")]
    [InlineData("1gi")]
    [InlineData("1K")]
    [InlineData("--1")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("1e99")]
    [InlineData("999999999999999999999E")]
    [InlineData("NaN")]
    public void Text_that_is_no_quantity_is_refused(string text) => Assert.Throws<FormatException>(() => new Quantity(text));

    [Fact]
    public void Quantities_compare_by_value_and_keep_their_text()
    {
        Assert.Equal(new Quantity("1"), new Quantity("1000m"));
        Assert.Equal(new Quantity("1").GetHashCode(), new Quantity("1000m").GetHashCode());
        Assert.True(new Quantity("1Gi").CompareTo(new Quantity("1G")) > 0);
        Assert.Equal("0", default(Quantity).ToString());
        var resources = JsonSerializer.Deserialize("""{"limits":{"cpu":2,"memory":"1536Mi","nvidia.com/gpu":"1"}}""", KubernetesJson.Default.V1ResourceRequirements)!;
        Assert.Equal(2m, resources.Limits!["cpu"].Value);
        Assert.Equal("""{"limits":{"cpu":"2","memory":"1536Mi","nvidia.com/gpu":"1"}}""", JsonSerializer.Serialize(resources, KubernetesJson.Default.V1ResourceRequirements));
    }

    [Fact]
    public void A_bad_quantity_on_the_wire_is_a_JSON_error() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"limits":{"cpu":"lots"}}""", KubernetesJson.Default.V1ResourceRequirements));

    [Fact]
    public void Milli_units_are_a_thousandth_of_any_number() =>
        Prop.ForAll<int>(n => new Quantity($"{n}m").Value * 1000m == new Quantity(n).Value).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_parses_or_is_refused_with_FormatException() =>
        Prop.ForAll<string>(text =>
        {
            try
            {
                return new Quantity(text ?? string.Empty).ToString() == (text ?? string.Empty);
            }
            catch (FormatException)
            {
                return true;
            }
        }).QuickCheckThrowOnFailure();
}
