using FsCheck;
using FsCheck.Fluent;

namespace ModelOperator.Tests.Artifacts.Collection;

/// <summary>Random histories on a real folder: uploads, objects that come and go, uses, restarts, and collections that are cut off or disturbed anywhere.</summary>
public sealed class CollectionHistoryTests
{
    [Fact]
    public void Whatever_happens_nothing_named_is_lost_every_artifact_is_whole_and_in_the_end_all_garbage_is_gone() => Prop.ForAll(
        Gen.Choose(0, 10_000).ArrayOf(50).ToArbitrary(),
        moves =>
        {
            using var world = new CollectionWorld();
            foreach (var move in moves)
            {
                world.Play(move);
                world.AssertNothingIsLost();
            }

            world.AssertAllGarbageGoes();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(15));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_artifact_that_is_used_while_others_are_deleted_keeps_its_files(bool byUpload)
    {
        using var world = new CollectionWorld();
        world.DisturbACollection(byUpload);
        world.AssertNothingIsLost();
    }
}
