using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Trainer.Data;

namespace ModelOperator.Trainer.Tests;

/// <summary>The short way to a number, beside the framework's.</summary>
public sealed class PlainNumberTests
{
    [Fact]
    public void What_is_read_has_the_framework_s_bits()
    {
        var texts = from sign in Gen.Elements("", "-", "+")
                    from whole in Gen.Elements("", "0", "00", "7", "118", "4503599627370497", "9007199254740991", "9007199254740993")
                    from point in Gen.Elements("", ".", ".", "..")
                    from size in Gen.Choose(0, 24)
                    from digits in Gen.Choose(0, 9).ArrayOf(size)
                    from rest in Gen.Elements("", "", "", "e5", " ", "x", ",")
                    select sign + whole + point + string.Concat(digits) + rest;
        var read = 0;
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            if (!PlainNumber.TryParse(text, out var number))
                return true;
            read++;
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var expected) && BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(number);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
        Assert.True(read > 300, $"only {read} were read");
    }

    [Theory]
    [InlineData("3.25", 3.25)]
    [InlineData("-118", -118)]
    [InlineData("-0", -0.0)]
    [InlineData(".5", 0.5)]
    [InlineData("5.", 5)]
    [InlineData("0.123456789012345", 0.123456789012345)]
    public void Numbers_of_tables_are_read(string text, double expected)
    {
        Assert.True(PlainNumber.TryParse(text, out var number));
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(number));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("+1")]
    [InlineData("1e5")]
    [InlineData("1.2.3")]
    [InlineData("9007199254740993")]
    [InlineData("0.00000000000000000000001")]
    [InlineData("١")]
    public void Others_are_left_to_the_framework(string text) => Assert.False(PlainNumber.TryParse(text, out _));
}
