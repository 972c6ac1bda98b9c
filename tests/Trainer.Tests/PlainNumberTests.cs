using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Trainer.Data;

namespace ModelOperator.Trainer.Tests;

/// <summary>The short way to a number, beside the framework's.</summary>
public sealed class PlainNumberTests
{
    [Fact]
    public void What_is_read_has_the_framework_s_32_bits()
    {
        var texts = from sign in Gen.Elements("", "-", "+")
                    from whole in Gen.Elements("", "0", "00", "7", "118", "16777217", "9007199254740991", "9007199254740993")
                    from point in Gen.Elements("", ".", ".", "..")
                    from size in Gen.Choose(0, 24)
                    from digits in Gen.Frequency((4, Gen.Choose(0, 9)), (1, Gen.Constant(0))).ArrayOf(size)
                    from rest in Gen.Elements("", "", "", "e5", " ", "x", ",")
                    select sign + whole + point + string.Concat(digits) + rest;
        var read = 0;
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            if (!PlainNumber.TryParse(text, out var number))
                return true;
            read++;
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var expected) && BitConverter.SingleToInt32Bits((float)expected) == BitConverter.SingleToInt32Bits(number);
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
    [InlineData("0.9202898550724637", 0.9202898550724637)]
    [InlineData("-1.0238095238095237", -1.0238095238095237)]
    [InlineData("9007199254740993", 9007199254740993)]
    public void Numbers_of_tables_are_read(string text, double expected)
    {
        Assert.True(PlainNumber.TryParse(text, out var number));
        Assert.Equal(BitConverter.SingleToInt32Bits((float)expected), BitConverter.SingleToInt32Bits(number));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("+1")]
    [InlineData("1e5")]
    [InlineData("1.2.3")]
    [InlineData("99999999999999999999")]
    [InlineData("16777217.0000000001")]
    [InlineData("0.00000000000000000000001")]
    [InlineData("١")]
    public void Others_are_left_to_the_framework(string text) => Assert.False(PlainNumber.TryParse(text, out _));
}
