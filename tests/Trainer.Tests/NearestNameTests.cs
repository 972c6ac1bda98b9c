using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Tests;

public sealed class NearestNameTests
{
    private static readonly string[] Known = ["batchSize", "epochs", "eta", "hiddenLayers", "l1", "learningRate", "maxDepth", "maxLeaves", "minChildWeight", "rounds", "subsample", "target"];

    [Theory]
    [InlineData("layers", "hiddenLayers")]
    [InlineData("hidden_layer", "hiddenLayers")]
    [InlineData("learningrait", "learningRate")]
    [InlineData("lerning-rate", "learningRate")]
    [InlineData("lr", "learningRate")]
    [InlineData("MAX_DETPH", "maxDepth")]
    [InlineData("depth", "maxDepth")]
    [InlineData("round", "rounds")]
    [InlineData("num_rounds", "rounds")]
    [InlineData("batch", "batchSize")]
    [InlineData("taget", "target")]
    // Nothing is near.
    [InlineData("zebra", null)]
    [InlineData("momentum", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("_", null)]
    public void The_nearest_known_name_is_found_and_none_where_none_is_near(string written, string? expected) => Assert.Equal(expected, NearestName.Of(written, Known));

    [Fact]
    public void Without_known_names_there_is_none() => Assert.Null(NearestName.Of("layers", []));
}
