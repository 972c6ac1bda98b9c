using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Tests;

public sealed class SplitProperties
{
    private static readonly Gen<ImmutableArray<int>> Weights =
        Gen.Choose(0, 40).ArrayOf().Where(weights => weights.Length is > 0 and < 8 && weights.Sum() > 0).Select(weights => weights.ToImmutableArray());

    [Fact]
    public void Every_prefix_is_within_one_request_of_the_exact_share() =>
        Prop.ForAll(Weights.ToArbitrary(), weights =>
        {
            var split = WeightedSplit.Create(weights)!;
            var counts = new int[weights.Length];
            double total = weights.Sum();
            for (var n = 1; n <= (2 * (int)total) + 3; n++)
            {
                counts[split.Next()]++;
                for (var i = 0; i < counts.Length; i++)
                    if (Math.Abs(counts[i] - (n * weights[i] / total)) >= 1)
                        return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(95, 5)]
    [InlineData(1, 99)]
    [InlineData(50, 50)]
    [InlineData(100, 0)]
    [InlineData(0, 100)]
    public void A_whole_cycle_has_exactly_the_weights(int stable, int canary)
    {
        var split = WeightedSplit.Create([stable, canary])!;
        var picks = Enumerable.Range(0, 100).Select(_ => split.Next()).ToList();
        Assert.Equal(canary, picks.Count(place => place == 1));
    }

    [Fact]
    public async Task Many_threads_at_once_get_the_exact_split()
    {
        var split = WeightedSplit.Create([97, 3])!;
        var canary = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 12_500; i++)
                if (split.Next() == 1)
                    Interlocked.Increment(ref canary);
        })));
        Assert.Equal(3_000, canary);
    }

    [Fact]
    public void No_weight_is_no_split_and_impossible_weights_are_refused()
    {
        Assert.Null(WeightedSplit.Create([0, 0]));
        Assert.Null(WeightedSplit.Create([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightedSplit.Create([1, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightedSplit.Create([100_000, 1]));
        Assert.NotNull(WeightedSplit.Create([1_000_000, 1_000_000]));
    }

    [Fact]
    public void Raising_the_canary_only_moves_clients_into_it() =>
        Prop.ForAll(Gen.Choose(0, 99).ToArbitrary(), Gen.Choose(1, 100).ToArbitrary(), ArbMap.Default.ArbFor<NonNull<string>>(), (low, step, key) =>
        {
            var before = Cohorts(low).PlaceOf(key.Get);
            var after = Cohorts(Math.Min(100, low + step)).PlaceOf(key.Get);
            return after >= before;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(50)]
    [InlineData(100)]
    public void Cohorts_have_about_the_weights_share_of_clients(int canary)
    {
        var cohorts = Cohorts(canary);
        var inCanary = Enumerable.Range(0, 100_000).Count(user => cohorts.PlaceOf($"user-{user}") == 1);
        // Five standard errors of a binomial proportion.
        Assert.InRange(inCanary / 1000.0, canary - (5 * Math.Sqrt(canary * (100 - canary) / 100_000.0)), canary + (5 * Math.Sqrt(canary * (100 - canary) / 100_000.0)));
    }

    [Fact]
    public void The_hash_is_the_same_for_ever()
    {
        // Changing the hash would move every client: these buckets are part of the contract.
        var cohorts = Cohorts(50);
        Assert.Equal((BucketOf("shop/prices", "user-1"), BucketOf("shop/prices", "grüße")), (cohorts.BucketOf("user-1"), cohorts.BucketOf("grüße")));
    }

    [Fact]
    public void Different_canaries_do_not_pick_the_same_clients_first()
    {
        var one = new StickyCohorts("x", null, "shop/prices", [90, 10]);
        var two = new StickyCohorts("x", null, "shop/churn", [90, 10]);
        var users = Enumerable.Range(0, 10_000).Select(user => $"u{user}").Where(user => one.PlaceOf(user) == 1).ToList();
        Assert.InRange(users.Count(user => two.PlaceOf(user) == 1) / (double)users.Count, 0.05, 0.15);
    }

    private static StickyCohorts Cohorts(int canary) => new("x-user-id", null, "shop/prices", [100 - canary, canary]);

    /// <summary>The documented hash, written a second time with arbitrary-precision integers.</summary>
    private static int BucketOf(string salt, string key)
    {
        var mask = (System.Numerics.BigInteger.One << 64) - 1;
        var hash = System.Numerics.BigInteger.Parse("14695981039346656037", System.Globalization.CultureInfo.InvariantCulture);
        foreach (var piece in System.Text.Encoding.Unicode.GetBytes(salt + key))
            hash = ((hash ^ piece) * 1099511628211) & mask;
        hash = ((hash ^ (hash >> 33)) * System.Numerics.BigInteger.Parse("18397679294719823053", System.Globalization.CultureInfo.InvariantCulture)) & mask;
        hash = ((hash ^ (hash >> 33)) * System.Numerics.BigInteger.Parse("14181476777654086739", System.Globalization.CultureInfo.InvariantCulture)) & mask;
        hash ^= hash >> 33;
        return (int)(hash % 10_000);
    }
}
