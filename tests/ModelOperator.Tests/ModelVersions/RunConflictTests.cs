using System.Text.Json;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.ModelVersions;
using ModelOperator.Registry;
using static ModelOperator.Tests.ModelVersions.Things;

namespace ModelOperator.Tests.ModelVersions;

/// <summary>A second version that names a run, which no webhook refused.</summary>
public sealed class RunConflictTests
{
    private static V1ModelVersion Of(long number, int age = 0) =>
        Version(number, runUid: "a") is var version ? version with { Metadata = version.Metadata with { CreationTimestamp = Start.AddMinutes(-age) } } : null!;

    [Theory]
    [InlineData("diamonds-1", 1, null)]
    [InlineData("diamonds-1", 2, "TrainingRun run-a registered ModelVersion diamonds-1")]
    // The run says so, whichever was there first.
    [InlineData("diamonds-2", 1, "TrainingRun run-a registered ModelVersion diamonds-2")]
    [InlineData("diamonds-2", 2, null)]
    // It is gone, or has not said it yet: the older one.
    [InlineData(null, 1, null)]
    [InlineData(null, 2, "TrainingRun run-a made ModelVersion diamonds-1")]
    [InlineData("gone", 1, null)]
    [InlineData("gone", 2, "TrainingRun run-a made ModelVersion diamonds-1")]
    public void One_version_has_the_run_and_the_other_is_told(string? registered, long number, string? expected)
    {
        var run = Run("a");
        run = run with { Status = run.Status! with { ModelVersion = registered } };
        V1ModelVersion[] both = [Of(2), Of(1, age: 5)];
        var problem = ModelVersionAdmission.RunProblem(both.Single(v => ModelVersionName.NumberOf(v) == number), registered == "gone" ? null : run, both);
        if (expected is null)
            Assert.Null(problem);
        else
            Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_of_other_namespaces_and_those_that_go_do_not_count()
    {
        var elsewhere = Of(1, age: 5) with { Metadata = Of(1, age: 5).Metadata with { NamespaceProperty = "team-b" } };
        Assert.Null(ModelVersionAdmission.RunProblem(Of(2), null, [Of(2), elsewhere, Of(3, age: 9).Deleting()]));
        Assert.Null(ModelVersionAdmission.RunProblem(Version(4), null, []));
    }

    [Fact]
    public void It_is_a_condition_and_one_event_that_end_by_themselves_and_the_version_stays_Ready()
    {
        ModelVersionObserved Seen(string? conflict) => new([], [], null) { RunConflict = conflict };
        var first = ModelVersionPlanner.Decide(Of(2), Seen("because"), Start);
        Assert.Single(first.Events, static e => e.Reason == ModelVersionReasons.RunConflict);
        var version = Of(2) with { Status = first.Status };
        Assert.Equal(ModelVersionPhase.Ready, version.Status!.Phase);
        var told = Conditions.Find(version.Status.Conditions, ModelVersionReasons.RunConflict)!;
        Assert.Equal((Conditions.True, ModelVersionReasons.RunMadeAnother, "because"), (told.Status, told.Reason, told.Message));
        var again = ModelVersionPlanner.Decide(version, Seen("because"), Start.AddMinutes(1));
        Assert.Empty(again.Events);
        Assert.Equal(Wire(version.Status), Wire(again.Status!));
        // Nothing wakes it when the other one goes.
        Assert.Equal(TimeSpan.FromMinutes(1), again.RequeueAfter);
        var ended = ModelVersionPlanner.Decide(version, Seen(null), Start.AddMinutes(2));
        Assert.Null(Conditions.Find(ended.Status!.Conditions, ModelVersionReasons.RunConflict));
        Assert.Null(ended.RequeueAfter);
        Assert.Equal((null, null), (ModelRows.Of(version, null)[^1]["run_uid"], ModelRows.Of(version, null)[^1]["run_name"]));
        Assert.Equal("a", ModelRows.Of(version with { Status = ended.Status }, null)[^1]["run_uid"]);
    }

    private static string Wire(ModelVersionStatus status) => JsonSerializer.Serialize(status, ModelVersionsJson.Default.ModelVersionStatus);
}
