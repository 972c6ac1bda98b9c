using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Tests;

/// <summary>Cohorts of three and more arms: shares, and who moves when one of them changes.</summary>
public sealed class CohortLayoutProperties
{
    private const int Users = 4000;

    private static readonly Gen<int[]> Shares = Gen.Choose(0, 50).ArrayOf().Where(shares => shares.Length is >= 3 and <= 6 && shares.Sum() > 0);

    private static int[] Places(IReadOnlyList<ArmDocument> arms)
    {
        var cohorts = new StickyCohorts("x-user", null, "shop/prices", [.. arms.Select(arm => arm.Weight)]) { Layout = CohortLayout.Of(arms) };
        return [.. Enumerable.Range(0, Users).Select(user => cohorts.PlaceOf($"user-{user}"))];
    }

    private static List<ArmDocument> Arms(params IEnumerable<int> shares) => [.. shares.Select((share, i) => new ArmDocument { Name = $"arm-{i}", Weight = share, Share = share })];

    [Fact]
    public void Every_arm_has_its_share_of_the_clients() => Prop.ForAll(Shares.ToArbitrary(), shares =>
    {
        var places = Places(Arms(shares));
        return shares.Select((share, i) => (Share: share / (double)shares.Sum(), Count: places.Count(place => place == i)))
            // Six standard errors of a binomial proportion; exactly none without a share.
            .All(arm => Math.Abs(arm.Count - (Users * arm.Share)) <= 6 * Math.Sqrt(Users * arm.Share * (1 - arm.Share)));
    }).Check(Config.QuickThrowOnFailure.WithReplay(20260301, 3).WithMaxTest(100));

    [Fact]
    public void A_share_that_changes_moves_clients_only_into_or_out_of_its_own_arm() =>
        Prop.ForAll(Shares.ToArbitrary(), Gen.Choose(0, 5).ToArbitrary(), Gen.Choose(0, 80).ToArbitrary(), (shares, which, next) =>
        {
            which %= shares.Length;
            int[] changed = [.. shares];
            changed[which] = next;
            if (changed.Sum() == 0)
                return true;
            var grows = next > shares[which];
            return Places(Arms(shares)).Zip(Places(Arms(changed))).All(move => move.First == move.Second || (grows ? move.Second : move.First) == which);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_the_arms_means_nothing_while_each_takes_its_share() => Prop.ForAll(Shares.ToArbitrary(), shares =>
    {
        var arms = Arms(shares);
        var turned = arms.AsEnumerable().Reverse().ToList();
        return Places(arms).Zip(Places(turned)).All(pair => arms[pair.First].Name == turned[pair.Second].Name);
    }).QuickCheckThrowOnFailure();

    /// <summary>An arm without Pods: nobody else moves, and its clients come back.</summary>
    [Fact]
    public void An_arm_that_may_not_take_its_share_leaves_the_rest_to_the_first_arm_and_no_other_client_moves() =>
        Prop.ForAll(Gen.Choose(1, 2).ToArbitrary(), Gen.Choose(0, 33).ToArbitrary(), Gen.Choose(0, 33).ToArbitrary(), (which, low, high) =>
        {
            (low, high) = (Math.Min(low, high), Math.Max(low, high));
            int[] At(int weight)
            {
                var arms = Arms(34, 33, 33);
                arms[which].Weight = weight;
                arms[0].Weight = 67 - weight;
                return Places(arms);
            }

            var (whole, some, less) = (At(33), At(high), At(low));
            return whole.Zip(some).All(move => move.First == move.Second || (move.First == which && move.Second == 0))
                && some.Zip(less).All(move => move.First == move.Second || (move.First == which && move.Second == 0))
                && (low > 0 || !less.Contains(which));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Two_arms_keep_the_buckets_that_they_always_had() => Assert.Null(CohortLayout.Of(Arms(90, 10)));
}
