using FsCheck;
using FsCheck.Fluent;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunPropertyTests
{
    private static readonly PodFate[] Ending = [.. Enum.GetValues<PodFate>().Where(f => f is not (PodFate.RunForever or PodFate.SavesWhenAsked or PodFate.DoneWhenAsked))];

    private static Arbitrary<PodFate[]> Fates => Gen.ArrayOf(Gen.Elements(Ending), 4).ToArbitrary();

    [Fact]
    public void Deciding_again_on_the_result_wants_nothing_new_once_the_run_is_over() =>
        Prop.ForAll(Fates, fates =>
        {
            var world = World(fates).Settle(400);
            var again = world.Decide();
            // Only the end of the time to keep the children is still to come.
            return again.Status is null && again.Intents.IsEmpty && again.RequeueAfter > TimeSpan.FromHours(12);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_run_always_ends_and_its_ledger_is_settled_with_what_it_used() =>
        Prop.ForAll(Fates, fates =>
        {
            var world = World(fates).Settle(400);
            var over = world.Status.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed;
            return over && (world.Budgets[0].Status!.Holds ?? []).Count == 0
                && world.Budgets[0].Status!.SettledMilligrams == (world.Status.Energy?.EmissionsMilligrams ?? 0);
        }).QuickCheckThrowOnFailure();

    // A Pod that comes and goes while the operator is dead cannot be told from one that was never made: the same attempt makes it again.
    // What then holds is the next property.
    private static Arbitrary<PodFate[]> VisibleFates =>
        Gen.ArrayOf(Gen.Elements(Ending.Where(f => f is not (PodFate.Vanish or PodFate.DeletedByUser))), 4).ToArbitrary();

    private static Arbitrary<int[]> Cuts => Gen.ArrayOf(Gen.Choose(0, 4), 12).ToArbitrary();

    [Fact]
    public void Cutting_the_operator_after_any_number_of_writes_changes_no_outcome() =>
        Prop.ForAll(VisibleFates, Cuts, (fates, cuts) =>
        {
            var whole = World(fates).Settle(400);
            var cut = World(fates).Settle(420, round => round < 12 ? cuts[round] : int.MaxValue);
            return Same(whole, cut);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Cutting_the_operator_while_pods_come_and_go_unseen_still_ends_and_settles_the_run() =>
        Prop.ForAll(Fates, Cuts, (fates, cuts) =>
        {
            var cut = World(fates).Settle(440, round => round < 12 ? cuts[round] : int.MaxValue);
            return cut.Status.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed
                && cut.Status.Attempts!.Execution <= cut.PodsCreated
                && cut.Versions.Count == (cut.Status.Phase == TrainingRunPhase.Succeeded ? 1 : 0)
                && (cut.Budgets[0].Status!.Holds ?? []).Count == 0
                && cut.Budgets[0].Status!.SettledMilligrams == (cut.Status.Energy?.EmissionsMilligrams ?? 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_single_cut_of_a_plain_run_gives_the_uncut_end()
    {
        var whole = World([PodFate.Succeed]).Settle(100);
        for (var round = 0; round < 20; round++)
        {
            for (var most = 0; most < 5; most++)
            {
                var (at, left) = (round, most);
                var cut = World([PodFate.Succeed]).Settle(120, r => r == at ? left : int.MaxValue);
                Assert.True(Same(whole, cut), $"cut in round {round} after {most} writes");
            }
        }
    }

    [Fact]
    public void Only_failures_count_as_failures() =>
        Prop.ForAll(Fates, fates =>
        {
            var counts = World(fates).Settle(400).Status.Attempts!;
            return counts.Failures + counts.Disruptions <= counts.Execution && counts.Failures <= 4;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Pauses_at_any_time_and_an_operator_that_dies_at_any_write_never_lose_or_double_anything() =>
        Prop.ForAll(VisibleFates, Gen.ArrayOf(Gen.Choose(0, 11), 24).ToArbitrary(), (fates, choices) =>
        {
            var world = World(fates);
            var commands = 0;
            for (var round = 0; round < choices.Length; round++)
            {
                if (choices[round] is 0 or 1 && world.Run!.Status is not null)
                    world.Command($"pause {++commands}");
                else if (choices[round] is 2 && world.Run!.Status is not null)
                    world.Command($"resume {++commands}");
                else if (choices[round] is 3 or 4)
                    world.Edit(s => s with { Suspend = choices[round] == 3 });
                world.Settle(1, _ => choices[round] >= 8 ? choices[round] - 8 : int.MaxValue);
                if (world.Pods.Count(p => p.Metadata.DeletionTimestamp is null && p.Status?.Phase is not ("Succeeded" or "Failed")) > 1)
                    return false;
            }

            world.Edit(s => s with { Suspend = false });
            world.Settle(3);
            world.Command($"resume {++commands}");
            world.Settle(400);
            var counts = world.Status.Attempts!;
            var budget = world.Budgets[0].Status!;
            return world.Status.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed
                && counts.Failures + counts.Disruptions + counts.Pauses + counts.Yields <= counts.Execution
                && world.PodsCreated <= counts.Execution
                && (budget.Holds ?? []).Count == 0
                && budget.SettledMilligrams == (world.Status.Energy?.EmissionsMilligrams ?? 0);
        }).QuickCheckThrowOnFailure();

    private static ToyWorld World(PodFate[] fates) => new(
        n => n <= fates.Length ? fates[n - 1] : PodFate.Succeed,
        Runs.Spec with { FailurePolicy = new TrainingFailurePolicy { BackoffBaseSeconds = 5, BackoffMaxSeconds = 20 }, Deadlines = new TrainingDeadlines { StartSeconds = 300 } },
        Runs.Budget("500"));

    private static bool Same(ToyWorld left, ToyWorld right) =>
        left.Status.Phase == right.Status.Phase
        && left.Status.Reason == right.Status.Reason
        && left.PodsCreated == right.PodsCreated
        && left.Versions.Count == right.Versions.Count
        && left.Status.Attempts!.Failures == right.Status.Attempts!.Failures
        && left.Status.Attempts.Execution == right.Status.Attempts.Execution
        && right.Budgets[0].Status!.SettledMilligrams == (right.Status.Energy?.EmissionsMilligrams ?? 0)
        && (right.Budgets[0].Status!.Holds ?? []).Count == 0;
}
