namespace ModelOperator.Kubernetes.Runtime.Tests;

public sealed class ReconciliationResultTests
{
    [Fact]
    public void A_negative_delay_means_at_once() =>
        Assert.Equal(TimeSpan.Zero, ReconciliationResult.RequeueAfter(TimeSpan.FromSeconds(-1)).Delay);

    [Fact]
    public void No_delay_means_done()
    {
        Assert.Equal(ReconciliationResult.Done, ReconciliationResult.After(null));
        Assert.Equal(ReconciliationOutcome.RequeueAfter, ReconciliationResult.After(TimeSpan.FromSeconds(1)).Outcome);
    }

    [Theory]
    [InlineData("ns", "n", "ns/n")]
    [InlineData("", "n", "n")]
    public void Keys_read_like_kubectl_prints_them(string space, string name, string text) =>
        Assert.Equal(text, new NamespacedName(space, name).ToString());
}
