using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Tests.Datasets;

namespace ModelOperator.Tests.Artifacts.Collection;

/// <summary>Random histories on a real folder: uploads, objects that come and go, uses, restarts, and collections that are cut off or disturbed anywhere.</summary>
public sealed class CollectionHistoryTests(S3Server server) : IClassFixture<S3Server>
{
    // A server answers more slowly than a folder.
    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public void Whatever_happens_nothing_named_is_lost_every_artifact_is_whole_and_in_the_end_all_garbage_is_gone(string backing) => Prop.ForAll(
        Gen.Choose(0, 10_000).ArrayOf(50).ToArbitrary(),
        moves =>
        {
            using var world = new CollectionWorld(server.On(backing));
            foreach (var move in moves)
            {
                world.Play(move);
                world.AssertNothingIsLost();
            }

            world.AssertAllGarbageGoes();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(backing == "s3" ? 3 : 15));

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public void An_artifact_that_is_used_while_others_are_deleted_keeps_its_files(string backing)
    {
        foreach (var byUpload in new[] { false, true })
            Disturb(backing, byUpload);
    }

    private void Disturb(string backing, bool byUpload)
    {
        using var world = new CollectionWorld(server.On(backing));
        world.DisturbACollection(byUpload);
        world.AssertNothingIsLost();
    }
}
