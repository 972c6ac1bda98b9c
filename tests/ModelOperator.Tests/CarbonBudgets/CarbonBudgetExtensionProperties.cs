using FsCheck;
using FsCheck.Fluent;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.CarbonBudgets.Budgets;
using static ModelOperator.Tests.CarbonBudgets.ClusterBudgets;

namespace ModelOperator.Tests.CarbonBudgets;

/// <summary>
/// Runs of two namespaces that burn, ask for more, are paused, go on and end, under ledgers with caches of any age, crashes between writes and days that change: as long
/// as no run burns more than it holds no limit is passed, nothing is taken from a run at work, and all that is burnt is booked once, in some window.
/// </summary>
public sealed class CarbonBudgetExtensionProperties
{
    private sealed record Step(int What, int Which, int Amount, int RunAge, int BudgetAge, int Cut);

    private static readonly Gen<Step> AnyStep =
        from what in Gen.Choose(0, 13)
        from which in Gen.Choose(0, 4)
        from amount in Gen.Choose(1, 500)
        from runs in Gen.Choose(0, 6)
        from budgets in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(0, 4)))
        from cut in Gen.Choose(0, 3)
        select new Step(what, which, amount, runs, budgets, cut);

    [Theory]
    [InlineData(CarbonBudgetWindow.Day)]
    [InlineData(CarbonBudgetWindow.Rolling)]
    public void Extensions_pass_no_limit_and_lose_and_double_nothing_over_any_interleaving(CarbonBudgetWindow window) => Prop.ForAll(
        AnyStep.ListOf(80).ToArbitrary(),
        steps =>
        {
            var world = new World(window);
            foreach (var step in steps)
                world.Take(step);
            world.Finish();
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    private sealed class World
    {
        private readonly List<List<V1CarbonBudget>> budgets;
        private readonly List<List<V1TrainingRun>> moments = [[.. Enumerable.Range(0, 5).Select(i => i < 3 ? Run("r" + i, 200 + (100 * i), age: i) : Run("r" + (i - 3), 100 * i, age: i).In("other"))]];
        private readonly BudgetedRuns trainers;
        private readonly Dictionary<string, long> archived = new(StringComparer.Ordinal);
        private DateTimeOffset now = Now;

        public World(CarbonBudgetWindow window)
        {
            budgets = [[Daily("a", "1.5")], [Daily("b", "1.2")], [Daily("a", "0.9").In("other")], [Cluster("a", "1.6", Department) with { Spec = (ClusterCarbonBudgetSpec)OverADay(Cluster("a", "1.6", Department).Spec) }]];
            trainers = new(budgets);

            V1CarbonBudget Daily(string name, string grams) => Budget(name, grams, change: OverADay);

            CarbonBudgetSpec OverADay(CarbonBudgetSpec spec) => spec with { Window = window, WindowDays = window == CarbonBudgetWindow.Rolling ? 1 : null };
        }

        public void Take(Step step)
        {
            now += step is { What: 0, Cut: 0 } ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds(7);
            switch (step.What)
            {
                case 0 or 1: Change(step.Which, Start); break;
                case 2 or 3: Change(step.Which, r => trainers.Burn(r, step.Amount)); break;
                case 4 or 5: Change(step.Which, r => trainers.Ask(r, step.Amount)); break;
                case 6: Change(step.Which, r => trainers.Pause(r, step.Amount)); break;
                case 7: Change(step.Which, trainers.Resume); break;
                case 8 when step.Cut == 0: Change(step.Which, trainers.End); break;
                default: Ledger(step); break;
            }

            foreach (var run in moments[^1].Where(static r => r.Status!.Phase == TrainingRunPhase.Running))
                Assert.All(trainers.Covering(run), b => Assert.True(BudgetedRuns.Held(b, run) >= trainers.Burnt(run.Metadata.Uid!), $"{run.Metadata.Name} burnt more than {CarbonBudgetLedgers.NameOf(b)} holds"));
        }

        public void Finish()
        {
            for (var round = 0; round < 12; round++)
            {
                for (var i = 0; i < 5; i++)
                {
                    Change(i, Start);
                    Change(i, r => trainers.Burn(r, 50));
                    Change(i, trainers.End);
                }

                Ledger(new(9, 0, 0, 0, 0, 3));
                now += TimeSpan.FromDays(1);
            }

            Assert.All(moments[^1], static r => Assert.Equal(TrainingRunPhase.Succeeded, r.Status!.Phase));
            foreach (var budget in budgets.Select(static b => b[^1]))
            {
                Assert.Empty(budget.Held());
                var burnt = moments[0].Where(r => trainers.Covering(r).Contains(budget)).Sum(r => trainers.Burnt(r.Metadata.Uid!));
                Assert.Equal(burnt, archived.GetValueOrDefault(budget.Metadata.Uid!) + budget.Status!.SettledMilligrams);
                Assert.Equal(0, budget.Status.ReservedMilligrams + budget.Status.DebtMilligrams);
            }
        }

        private V1TrainingRun Start(V1TrainingRun run) =>
            run.Status!.Attempts is null && trainers.Covering(run).All(b => b.Holds(run)) ? run.Started() : run;

        private void Change(int which, Func<V1TrainingRun, V1TrainingRun> change) =>
            moments.Add([.. moments[^1].Select(r => r.Metadata.Uid == moments[0][which].Metadata.Uid ? change(r) : r)]);

        private void Ledger(Step step)
        {
            var seen = moments[Math.Max(0, moments.Count - 1 - step.RunAge)];
            V1CarbonBudget[] read = [.. budgets.Select(b => b[Math.Max(0, b.Count - 1 - step.BudgetAge)])];
            var plan = CarbonBudgetPlanner.Decide(read, seen, now, null, Labels);
            if (!plan.Premises.All(p => CarbonBudgetPlan.Holds(p, moments[^1].Find(r => r.Key == p.Run))))
                return;
            foreach (var write in plan.Writes.Take(step.Cut == 3 ? 9 : step.Cut))
            {
                var versions = budgets.Single(b => b[0].Metadata.Uid == write.Budget.Metadata.Uid);
                if (versions[^1].Metadata.ResourceVersion != write.Budget.Metadata.ResourceVersion)
                    return;
                // What does not count any more was booked all the same.
                foreach (var sum in (write.Budget.Status?.SettledSums ?? []).Where(o => write.Next.SettledSums!.All(n => n.Until != o.Until)))
                    archived[write.Budget.Metadata.Uid!] = archived.GetValueOrDefault(write.Budget.Metadata.Uid!) + sum.Milligrams;
                if (write.Budget.Status is { } old && old.WindowStart != write.Next.WindowStart)
                    archived[write.Budget.Metadata.Uid!] = archived.GetValueOrDefault(write.Budget.Metadata.Uid!) + old.SettledMilligrams;
                var next = Wire(write.Budget with { Status = write.Next });
                next.Metadata.ResourceVersion = (versions.Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
                versions.Add(next);
                Assert.True(
                    write.Next.SettledMilligrams + write.Next.ReservedMilligrams + write.Next.DebtMilligrams <= write.Next.LimitMilligrams, $"{CarbonBudgetLedgers.NameOf(next)}: {write.Next.Emissions}");
            }
        }
    }
}
