using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class NamedValueLinesTests
{
    [Theory]
    [InlineData("rmse=0.5", "rmse=0.5")]
    [InlineData("epoch 1: loss = 0.9 acc=.5\nepoch 2: loss=1e-3, acc=0.75;", "loss=0.001 acc=0.75")]
    [InlineData("val_rmse=12.5\nrmse=3\nval_rmse=11.5", "val_rmse=11.5 rmse=3")]
    [InlineData("time=2026-01-01 version=1.2.3 path=/a/b=4 host=10.0.0.1", "")]
    [InlineData("x=nan y=inf z=1", "z=1")]
    [InlineData("a-b.c=+7", "a-b.c=7")]
    [InlineData("", "")]
    public void Pairs_are_found_and_the_last_of_a_name_counts(string log, string expected) =>
        Assert.Equal(expected, string.Join(' ', NamedValueLines.Read(log).Select(m => FormattableString.Invariant($"{m.Key}={m.Value}"))));

    [Fact]
    public void Of_many_names_the_first_256_are_kept() =>
        Assert.Equal(256, NamedValueLines.Read(string.Join('\n', Enumerable.Range(0, 1000).Select(i => $"m{i}={i}"))).Count);
}
