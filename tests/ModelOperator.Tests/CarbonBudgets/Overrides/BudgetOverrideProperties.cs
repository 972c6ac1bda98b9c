using FsCheck;
using FsCheck.Fluent;
using ModelOperator.CarbonBudgets;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.CarbonBudgets.Budgets;
using static ModelOperator.Tests.CarbonBudgets.ClusterBudgets;
using static ModelOperator.Tests.CarbonBudgets.Overrides.Things;

namespace ModelOperator.Tests.CarbonBudgets.Overrides;

/// <summary>
/// A namespaced budget and one over many of the same name, runs, pauses, ends, runs made anew under an old name, overrides that come, run out and go, under ledgers with caches of any age and crashes between
/// any two writes: no budget holds more than its limit and what overrides let in, no override lets in more than it says or serves two runs, and all
/// that is burnt is booked once.
/// </summary>
public sealed class BudgetOverrideProperties
{
    private sealed record Step(int What, int Which, int Amount, int RunAge, int BudgetAge, int OverrideAge, int Cut);

    private static readonly Gen<Step> AnyStep =
        from what in Gen.Choose(0, 15)
        from which in Gen.Choose(0, 3)
        from amount in Gen.Choose(1, 600)
        from runs in Gen.Choose(0, 5)
        from budgets in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(0, 3)))
        from overrides in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(0, 3)))
        from cut in Gen.Choose(0, 5)
        select new Step(what, which, amount, runs, budgets, overrides, cut);

    [Fact]
    public void Overrides_let_in_what_they_say_once_over_any_interleaving()
    {
        var told = 0;
        Prop.ForAll(
            AnyStep.ListOf(80).ToArbitrary(),
            steps =>
            {
                var world = new World();
                foreach (var step in steps)
                    world.Take(step);
                world.Finish();
                told += world.Told;
                return true;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(600));
        // Not because nothing ever went beyond a limit.
        Assert.True(told > 20, $"{told} overrides were used to the end");
    }

    private sealed class World
    {
        private readonly List<List<V1CarbonBudget>> budgets = [[Budget("a", "0.9")], [Cluster("a", "0.8")]];
        private readonly List<List<V1TrainingRun>> moments = [[.. Enumerable.Range(0, 4).Select(static i => Made("r" + i, 1, i))]];
        private readonly List<List<V1BudgetOverride>> overrides = [[]];
        private readonly BudgetedRuns trainers;
        // By budget and run: the most that an override in force allowed, and what was let in at last.
        private readonly Dictionary<(string Budget, string Run), long> allowed = [];
        private readonly Dictionary<(string Budget, string Run), long> beyond = [];
        // By override: the one run that it ever let in.
        private readonly Dictionary<string, string> served = new(StringComparer.Ordinal);
        // By override: what was used of it in the end.
        private readonly Dictionary<string, long> told = new(StringComparer.Ordinal);
        private DateTimeOffset now = Budgets.Now;
        private int made;

        /// <summary>Overrides that were used and whose runs are over.</summary>
        public int Told => told.Count(static t => t.Value > 0);

        private static V1TrainingRun Made(string name, int generation, int age)
        {
            var run = Run(name, 300 + (200 * age), age: age).By("alice");
            run.Metadata.Uid = $"uid-{name}-{generation}";
            return run;
        }

        public World() => trainers = new(budgets);

        public void Take(Step step)
        {
            now += TimeSpan.FromSeconds(7);
            switch (step.What)
            {
                case 0 or 1: Change(step.Which, Start); break;
                case 2: Change(step.Which, r => trainers.Burn(r, step.Amount)); break;
                case 3: Change(step.Which, r => trainers.Ask(r, step.Amount)); break;
                case 4: Change(step.Which, r => trainers.Pause(r, step.Amount)); break;
                case 5: Change(step.Which, trainers.Resume); break;
                case 6 when step.Cut < 2: Change(step.Which, trainers.End); break;
                case 7 when step.Cut == 0: Change(step.Which, Anew); break;
                case 8 or 9: Approve(step); break;
                case 10 when step.Cut == 0 && overrides[^1].Count > 0: overrides.Add([.. overrides[^1].Skip(1)]); break;
                default: Ledger(step); break;
            }
        }

        public void Finish()
        {
            for (var round = 0; round < 12; round++)
            {
                for (var i = 0; i < 4; i++)
                {
                    Change(i, Start);
                    Change(i, trainers.End);
                }

                Ledger(new(15, 0, 0, 0, 0, 0, 9));
                now += TimeSpan.FromSeconds(61);
            }

            // What fits no budget, not even an empty one, waits for ever; nothing is held for whoever is over.
            foreach (var budget in budgets.Select(static b => b[^1]))
            {
                Assert.DoesNotContain(budget.Status?.Holds ?? [], h => moments[^1].Any(r => r.Metadata.Uid == h.RunUid && r.Status!.Phase == TrainingRunPhase.Succeeded));
                Assert.Equal(trainers.AllBurnt, budget.Status!.SettledMilligrams + budget.Status.ReservedMilligrams);
            }

            // The override of a run that is over says what was let in and used.
            foreach (var one in overrides[^1].Where(static o => o.Status?.Phase == BudgetOverridePhase.Used))
                Assert.Equal(served[one.Metadata.Uid!], one.Status!.UsedBy!.Uid);
            foreach (var one in overrides[^1].Where(o => told.ContainsKey(o.Metadata.Uid!)))
                Assert.Equal((BudgetOverridePhase.Used, (long?)told[one.Metadata.Uid!]), (one.Status!.Phase, one.Status.BookedMilligrams));
        }

        private void Approve(Step step)
        {
            var one = Override($"o{made++}", "r" + step.Which, "a", (step.Amount / 500m).ToString(System.Globalization.CultureInfo.InvariantCulture), age: -made, expires: now.AddSeconds(60 + step.Amount));
            if (step.Amount % 2 == 1)
                one.Spec = one.Spec with { Budget = one.Spec.Budget with { Kind = CarbonBudgetKind.ClusterCarbonBudget } };
            overrides.Add([.. overrides[^1], one]);
        }

        private V1TrainingRun Start(V1TrainingRun run) =>
            run.Status!.Attempts is null && budgets.All(b => b[^1].Held().Contains(run.Metadata.Name) && BudgetedRuns.Held(b[^1], run) > 0) ? trainers.Burn(run.Started(), 1) : run;

        /// <summary>A run that is over, and settled everywhere, is deleted and made again under its name.</summary>
        private V1TrainingRun Anew(V1TrainingRun run)
        {
            if (run.Status!.Phase != TrainingRunPhase.Succeeded || budgets.Exists(b => (b[^1].Status?.Holds ?? []).Any(h => h.RunUid == run.Metadata.Uid)))
                return run;
            return Made(run.Metadata.Name, run.Metadata.Uid![^1] - '0' + 1, 0);
        }

        private void Change(int which, Func<V1TrainingRun, V1TrainingRun> change) =>
            moments.Add([.. moments[^1].Select(r => r.Metadata.Name == "r" + which ? change(r) : r)]);

        private static T Aged<T>(List<T> versions, int age) => versions[Math.Max(0, versions.Count - 1 - age)];

        private void Ledger(Step step)
        {
            var seen = Aged(moments, step.RunAge);
            V1CarbonBudget[] read = [.. budgets.Select(b => Aged(b, step.BudgetAge))];
            var known = Aged(overrides, step.OverrideAge);
            var overridden = BudgetOverridePlanner.Decide(known, read, name => seen.Find(r => r.Key == name), Rules, now);
            var plan = CarbonBudgetPlanner.Decide(read, seen, now, overridden.Allowances);
            if (!plan.Premises.All(p => CarbonBudgetPlan.Holds(p, moments[^1].Find(r => r.Key == p.Run))))
                return;
            // As the ledger does: a hold that ends by an override which its cache does not have yet waits for the cache.
            if (plan.Writes.SelectMany(static w => (w.Budget.Status?.Holds ?? []).Except(w.Next.Holds ?? [])).Any(h => h.OverrideUid is { } uid && !known.Exists(o => o.Metadata.Uid == uid) && overrides[^1].Exists(o => o.Metadata.Uid == uid)))
                return;
            var left = step.Cut >= 5 ? int.MaxValue : step.Cut;
            foreach (var write in overridden.Writes)
            {
                if (left-- == 0 || !WriteOverride(write))
                    return;
            }

            foreach (var ((budget, run), allowance) in overridden.Allowances)
                allowed[(budget, run)] = Math.Max(allowed.GetValueOrDefault((budget, run)), allowance.Extra.Emissions.Milligrams);
            foreach (var write in plan.Writes)
            {
                if (left-- == 0 || !WriteBudget(write))
                    return;
            }
        }

        /// <summary>Before a hold ends its override says what was used of it.</summary>
        private void CheckTold(CarbonHold ended)
        {
            var run = moments[^1].Find(r => r.Metadata.Uid == ended.RunUid);
            if (run is null || run.Status!.Phase != TrainingRunPhase.Succeeded || overrides[^1].Find(o => o.Metadata.Uid == ended.OverrideUid) is not { } one)
                return;
            // What it did not burn was the last to be let in.
            var used = Math.Max(0, ended.OverrideMilligrams!.Value - Math.Max(0, ended.Milligrams + (ended.BookedMilligrams ?? 0) - trainers.Burnt(ended.RunUid)));
            Assert.Equal((BudgetOverridePhase.Used, (long?)used), (one.Status!.Phase, one.Status.BookedMilligrams));
            told[ended.OverrideUid!] = used;
        }

        /// <summary>A compare-and-swap; a used override is looked at with what the server has.</summary>
        private bool WriteOverride(BudgetOverrideWrite write)
        {
            if (overrides[^1].Find(o => o.Metadata.Uid == write.Override.Metadata.Uid) is not { } live || live.Metadata.ResourceVersion != write.Override.Metadata.ResourceVersion)
                return false;
            var next = write.Next;
            if (write.Override.Status?.Phase == BudgetOverridePhase.Used)
            {
                next = BudgetOverridePlanner.StatusOf(
                    write.Override, budgets.Select(static b => b[^1]).Single(b => CarbonBudgetReference.To(b) == live.Spec.Budget), moments[^1].Find(r => r.Metadata.Name == live.Spec.Run.Name), Rules, now);
            }

            if (BudgetOverridePlanner.Same(live.Status, next))
                return true;
            var written = Wire(live with { Status = next });
            written.Metadata.ResourceVersion = (int.Parse(live.Metadata.ResourceVersion!, System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            overrides.Add([.. overrides[^1].Select(o => o == live ? written : o)]);
            // Bound once, for good.
            if (live.Status?.RunUid is { } bound)
                Assert.Equal(bound, next.RunUid);
            return true;
        }

        private bool WriteBudget(CarbonBudgetWrite write)
        {
            var versions = budgets.Single(b => b[0].Metadata.Uid == write.Budget.Metadata.Uid);
            if (versions[^1].Metadata.ResourceVersion != write.Budget.Metadata.ResourceVersion)
                return false;
            var next = Budgets.Wire(write.Budget with { Status = write.Next });
            next.Metadata.ResourceVersion = (versions.Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            versions.Add(next);
            var name = CarbonBudgetLedgers.NameOf(next);
            foreach (var ended in (versions[^2].Status?.Holds ?? []).Where(h => h.OverrideUid is not null && next.Status!.Holds?.Any(n => n.RunUid == h.RunUid) != true))
                CheckTold(ended);
            foreach (var hold in next.Status!.Holds ?? [])
            {
                beyond[(name, hold.RunUid)] = hold.OverrideMilligrams ?? 0;
                Assert.True((hold.OverrideMilligrams ?? 0) <= allowed.GetValueOrDefault((name, hold.RunUid)), $"{hold.RunName} was let beyond {name} by {hold.OverrideMilligrams}");
                if (hold.OverrideUid is { } uid)
                {
                    Assert.Equal(hold.RunUid, served.GetValueOrDefault(uid, hold.RunUid));
                    served[uid] = hold.RunUid;
                }
            }

            var sum = write.Next.SettledMilligrams + write.Next.ReservedMilligrams;
            Assert.True(sum <= write.Next.LimitMilligrams + beyond.Where(b => b.Key.Budget == name).Sum(static b => b.Value), $"{name}: {write.Next.Emissions}, beyond {string.Join(", ", beyond)}");
            return true;
        }
    }
}
