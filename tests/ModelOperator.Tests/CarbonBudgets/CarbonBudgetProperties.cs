using FsCheck;
using FsCheck.Fluent;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.CarbonBudgets.Budgets;
using static ModelOperator.Tests.CarbonBudgets.ClusterBudgets;

namespace ModelOperator.Tests.CarbonBudgets;

/// <summary>
/// Two ledgers at once over caches of any age, with namespaced budgets and those over two namespaces, runs and budgets of the same names, crashes between two writes, runs that end and vanish: writes are compare-and-swaps, premises are
/// asked of the server, and everything is booked exactly once.
/// </summary>
public sealed class CarbonBudgetProperties
{
    private sealed record Step(int What, int Which, int RunAge, int BudgetAge, int Cut);

    private static readonly Gen<Step> AnyStep =
        from what in Gen.Choose(0, 9)
        from which in Gen.Choose(0, 5)
        from runs in Gen.Choose(0, 6)
        from budgets in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, 4)))
        from cut in Gen.Choose(0, 3)
        select new Step(what, which, runs, budgets, cut);

    [Fact]
    public void Every_run_is_booked_exactly_once_and_no_limit_is_passed_over_any_interleaving()
    {
        var elsewhere = 0;
        Prop.ForAll(
            AnyStep.ListOf(60).ToArbitrary(),
            steps =>
            {
                elsewhere += Play([.. steps]);
                return true;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
        // Not because nothing of the other namespace ever ran.
        Assert.True(elsewhere > 100, $"{elsewhere} runs of the other namespace were booked");
    }

    [Fact]
    public void A_ledger_written_into_a_status_and_read_back_is_the_same() => Prop.ForAll(
        Gen.Choose(0, 900).ListOf(5).ToArbitrary(),
        amounts =>
        {
            V1TrainingRun[] waiting = [.. amounts.Select((a, i) => Run("r" + i, a, a * 2))];
            V1TrainingRun[] runs = [.. waiting.Select((r, i) => i % 2 == 0 ? r.Over(amounts[i] / 3, amounts[i]) : r)];
            var budgets = Budgets.Settle(Budgets.Settle([Budget("b", "2", "1"), Cluster("b", "2")], waiting, Now), runs, Now);
            return CarbonBudgetPlanner.Decide(budgets, runs, Now).Writes.IsEmpty && budgets.All(static budget =>
            {
                var ledger = CarbonBudgetLedgers.Of(budget, Now);
                var back = CarbonBudgetLedgers.Of(Wire(budget with { Status = CarbonBudgetStatuses.Of(budget, ledger, budget.Status!.WaitingRuns, 0, Now) }), Now);
                return ledger with { Holds = back.Holds } == back && ledger.Holds.SequenceEqual(back.Holds);
            });
        }).QuickCheckThrowOnFailure();

    /// <summary>How many runs of the other namespace were booked.</summary>
    private static int Play(Step[] steps)
    {
        var world = new World();
        foreach (var step in steps)
            world.Take(step);
        world.Finish();
        return world.Elsewhere;
    }

    private sealed class World
    {
        private readonly List<List<V1CarbonBudget>> budgets =
        [
            [Budget("a", "1.5")], [Budget("b", "1.2")], [Budget("a", "0.9").In("other")],
            [Cluster("a", "1.6", Department)], [Cluster("z", "1", OtherOnly)],
        ];

        // Of the six runs two are in the other namespace, under names that the first one has, too.
        private readonly List<List<V1TrainingRun>> moments = [[.. Enumerable.Range(0, 6).Select(i => i < 4 ? Run("r" + i, 200 + (100 * i), age: i) : Run("r" + (i - 4), 200 + (100 * i), age: i).In("other"))]];
        private readonly Dictionary<string, long> booked = new(StringComparer.Ordinal);
        private DateTimeOffset now = Now;

        public int Elsewhere => booked.Keys.Count(static uid => uid.StartsWith("uid-other-", StringComparison.Ordinal));

        private List<V1TrainingRun> Live => moments[^1];

        public void Take(Step step)
        {
            now += TimeSpan.FromSeconds(7);
            switch (step.What)
            {
                case 0: Start(step.Which); break;
                case 1 or 2: End(step.Which); break;
                case 3 when step.Cut == 0: Vanish(step.Which); break;
                default: Ledger(step); break;
            }
        }

        public void Finish()
        {
            for (var i = 0; i < 6; i++)
            {
                End(i);
                now += TimeSpan.FromSeconds(61);
                Ledger(new(9, 0, 0, 0, 9));
            }

            for (var i = 0; i < 20; i++)
            {
                now += TimeSpan.FromSeconds(61);
                for (var k = 0; k < 6; k++)
                {
                    Start(k);
                    End(k);
                }

                Ledger(new(9, 0, 0, 0, 9));
            }

            foreach (var budget in budgets.Select(b => b[^1]))
            {
                Assert.Empty(budget.Held());
                var own = moments[0].Where(r => booked.ContainsKey(r.Metadata.Uid!) && Covers(budget, r)).Select(r => booked[r.Metadata.Uid!]).ToList();
                Assert.Equal((own.Sum(), own.Count), (budget.Status!.SettledMilligrams, budget.Status.SettledRuns));
            }
        }

        /// <summary>A run starts when every budget holds something for it; this is read from the present.</summary>
        private void Start(int which) => Change(which, run =>
            run.Status!.Attempts is null && Covering(run).All(b => b.Holds(run)) ? run.Started() : run);

        private static bool Covers(V1CarbonBudget budget, V1TrainingRun run) => CarbonBudgetMatcher.Covers(budget, run, Labels) is true;

        private List<V1CarbonBudget> Covering(V1TrainingRun run) => [.. budgets.Select(static b => b[^1]).Where(b => Covers(b, run))];

        private void End(int which) => Change(which, run =>
        {
            if (run.Status!.Phase != TrainingRunPhase.Running)
                return run;
            var measured = run.Status.Estimate!.EmissionsMilligramsP95 - 13;
            booked[run.Metadata.Uid!] = measured;
            return run.Over(measured);
        });

        /// <summary>Gone without a word while its energy may still be held: the reserve is booked.</summary>
        private void Vanish(int which)
        {
            var run = Live.FirstOrDefault(r => r.Metadata.Uid == UidOf(which));
            if (run is null || run.Status!.Phase == TrainingRunPhase.Succeeded)
                return;
            var covering = Covering(run);
            var holding = covering.Count(b => b.Holds(run));
            if (holding > 0 && holding < covering.Count)
                return;
            moments.Add([.. Live.Where(r => r != run)]);
            if (holding > 0)
                booked[run.Metadata.Uid!] = run.Status.Estimate!.EmissionsMilligramsP95;
        }

        private void Change(int which, Func<V1TrainingRun, V1TrainingRun> change) =>
            moments.Add([.. Live.Select(r => r.Metadata.Uid == UidOf(which) ? change(r) : r)]);

        private string? UidOf(int which) => moments[0][which].Metadata.Uid;

        private void Ledger(Step step)
        {
            var seen = moments[Math.Max(0, moments.Count - 1 - step.RunAge)];
            V1CarbonBudget[] read = [.. budgets.Select(b => b[Math.Max(0, b.Count - 1 - step.BudgetAge)])];
            // The oldest cache of runs goes with one of namespaces that lacks the other one.
            var plan = CarbonBudgetPlanner.Decide(read, seen, now, null, space => step.RunAge == 6 && space == "other" ? null : Labels(space));
            if (!plan.Premises.All(p => CarbonBudgetPlan.Holds(p, Live.Find(r => r.Key == p.Run))))
                return;
            foreach (var write in plan.Writes.Take(step.Cut + (step.Cut == 3 ? 9 : 0)))
            {
                var versions = budgets.Single(b => b[0].Metadata.Uid == write.Budget.Metadata.Uid);
                if (versions[^1].Metadata.ResourceVersion != write.Budget.Metadata.ResourceVersion)
                    return;
                var next = Wire(write.Budget with { Status = write.Next });
                next.Metadata.ResourceVersion = (versions.Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
                versions.Add(next);
                var limit = write.Next.LimitMilligrams!.Value;
                Assert.True(write.Next.SettledMilligrams + write.Next.ReservedMilligrams <= limit, $"{CarbonBudgetLedgers.NameOf(next)}: {write.Next.Emissions}");
            }
        }
    }
}
