using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Tests.Queueing;

public sealed class BackOffTests
{
    [Theory]
    [InlineData(0, 0.0, 0.0)]
    [InlineData(1, 0.0, 1.0)]
    [InlineData(1, 0.5, 0.9)]
    [InlineData(2, 0.0, 2.0)]
    [InlineData(9, 0.0, 256.0)]
    [InlineData(10, 0.0, 300.0)]
    [InlineData(10, 0.5, 270.0)]
    [InlineData(1024, 0.0, 300.0)]
    [InlineData(int.MaxValue, 0.0, 300.0)]
    public void The_delay_of_a_reconcile_follows_the_table(int failures, double unit, double seconds) =>
        Assert.Equal(seconds, BackOff.Reconcile.Delay(failures, unit).TotalSeconds, 6);

    [Fact]
    public void A_watch_spreads_over_its_whole_delay()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(200), BackOff.Watch.Delay(1, 0));
        Assert.Equal(TimeSpan.FromSeconds(15), BackOff.Watch.Delay(100, 0.5));
    }

    [Fact]
    public void A_delay_is_never_negative_and_never_above_its_bound() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<int>(),
            Gen.Choose(0, 999_999).ToArbitrary(),
            (failures, unit) => BackOff.Reconcile.Delay(failures, unit / 1e6) is var delay
                && delay >= TimeSpan.Zero && delay <= BackOff.Reconcile.Longest).QuickCheckThrowOnFailure();

    [Fact]
    public void A_bucket_refills_with_time_and_not_beyond_its_burst()
    {
        var time = new FakeTimeProvider();
        var bucket = new TokenBucket(2, 3, time);
        Assert.Equal([0, 0, 0, 0.5, 1], Enumerable.Range(0, 5).Select(_ => bucket.Reserve().TotalSeconds));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([0, 0, 0, 0.5], Enumerable.Range(0, 4).Select(_ => bucket.Reserve().TotalSeconds));
    }
}
