using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.Kubernetes.Runtime.Tests.Caching;

public sealed class IndexValueTests
{
    [Fact]
    public void A_value_is_told_to_the_letter_and_no_two_are_one()
    {
        string[] texts =
        [
            "", "o1", "ns/Healthy",
            "00000000-0000-0000-0000-000000000000", "0b7c1f6e-93d4-4a55-8d0e-2f1c66ab9d10", "0B7C1F6E-93D4-4A55-8D0E-2F1C66AB9D10",
            "0b7c1f6e93d44a558d0e2f1c66ab9d10", "{0b7c1f6e-93d4-4a55-8d0e-2f1c66ab9d10}", " 0b7c1f6e-93d4-4a55-8d0e-2f1c66ab9d10", "0b7c1f6e-93d4-4a55-8d0e-2f1c66ab9d10 ",
        ];
        Assert.Equal(texts, texts.Select(static text => IndexValue.Of(text).ToString()));
        Assert.Equal(texts.Length, texts.Select(IndexValue.Of).Distinct().Count());
        Assert.All(texts, static text => Assert.Equal(IndexValue.Of(text), IndexValue.Of(new string(text))));
    }
}
