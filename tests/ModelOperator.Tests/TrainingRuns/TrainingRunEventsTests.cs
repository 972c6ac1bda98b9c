namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunEventsTests
{
    public static TheoryData<string> Fates => [.. Enum.GetNames<PodFate>()];

    [Theory]
    [MemberData(nameof(Fates))]
    public void Each_transition_is_told_once_and_nothing_else_is(string fate)
    {
        var world = new ToyWorld(n => n == 1 ? Enum.Parse<PodFate>(fate) : PodFate.Succeed, null, Runs.Budget("5000"));
        for (var round = 0; round < 60; round++)
        {
            var before = (world.Run!.Status?.Phase, world.Run.Status?.Reason);
            var told = world.Reconcile().Events;
            var after = (world.Run.Status?.Phase, world.Run.Status?.Reason);
            Assert.Equal(before == after ? [] : [after.Reason!], told.Select(static e => e.Reason));
            world.Others();
            world.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.NotEmpty(world.Events);
    }
}
