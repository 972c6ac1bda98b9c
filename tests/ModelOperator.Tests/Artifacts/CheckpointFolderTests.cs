using ModelOperator.Artifacts;

namespace ModelOperator.Tests.Artifacts;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TempFolder folder = new();

    private string Root => Path.Combine(folder.Path, "checkpoint");

    private string Link => Path.Combine(folder.Path, "latest");

    [Fact]
    public void Only_a_folder_with_COMPLETE_counts()
    {
        Assert.Null(CheckpointFolder.Newest(Root));
        Write("step-10/model.bin");
        Assert.Null(CheckpointFolder.Newest(Root));
        Write("step-10/COMPLETE");
        Assert.Equal(("step-10", 10L), Newest());
    }

    [Fact]
    public void The_greatest_step_is_the_newest_whatever_the_times_say()
    {
        Write("step-9/COMPLETE", age: 0);
        Write("step-100/COMPLETE", age: 50);
        Write("step-20/COMPLETE", age: 10);
        Write("step-300/model.bin");
        Assert.Equal(("step-100", 100L), Newest());
    }

    [Fact]
    public void Without_steps_the_time_of_COMPLETE_decides()
    {
        Write("first/COMPLETE", age: 50);
        Write("second/COMPLETE", age: 5);
        Assert.Equal(("second", null), Newest());
    }

    [Theory]
    [InlineData("""{"step":7,"round":7}""", 7L)]
    [InlineData("""{"step":"7"}""", null)]
    [InlineData("""[1]""", null)]
    [InlineData("{", null)]
    [InlineData("", null)]
    public void COMPLETE_may_say_its_step_itself(string content, long? step)
    {
        Write("COMPLETE", content);
        Assert.Equal((".", step), Newest());
    }

    [Fact]
    public void The_link_points_at_the_newest_and_follows_it()
    {
        Assert.Null(CheckpointFolder.Link(Root, Link));
        Assert.False(Path.Exists(Link));
        Write("step-1/COMPLETE");
        CheckpointFolder.Link(Root, Link);
        Assert.Equal(Path.Combine(Root, "step-1"), new FileInfo(Link).LinkTarget);
        Write("step-2/COMPLETE");
        CheckpointFolder.Link(Root, Link);
        Assert.True(File.Exists(Path.Combine(Link, "COMPLETE")));
        Assert.Equal(Path.Combine(Root, "step-2"), new FileInfo(Link).LinkTarget);
        Directory.Delete(Root, true);
        Assert.Null(CheckpointFolder.Link(Root, Link));
        Assert.False(Path.Exists(Link));
    }

    [Fact]
    public void A_link_in_the_folder_leads_nowhere()
    {
        var outside = Directory.CreateDirectory(Path.Combine(folder.Path, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "COMPLETE"), "");
        Directory.CreateDirectory(Root);
        Directory.CreateSymbolicLink(Path.Combine(Root, "step-5"), outside);
        Assert.Null(CheckpointFolder.Newest(Root));
    }

    [Fact]
    public async Task The_fetcher_reports_what_it_linked()
    {
        Write("step-4/COMPLETE");
        var log = Path.Combine(folder.Path, "message");
        var variables = new Dictionary<string, string>
        {
            ["MODELOP_STORE_URL"] = "http://127.0.0.1:9",
            ["MODELOP_FETCH_PLAN"] = "[]",
            ["MODELOP_TERMINATION_LOG"] = log,
            ["MODELOP_CHECKPOINT_DIR"] = Root,
            ["MODELOP_RESUME_LINK"] = Link,
        };
        await using var output = new StringWriter();
        var host = new TransferHost("fetch", variables.GetValueOrDefault, TimeProvider.System, output, output);
        Assert.Equal(0, await FetchCommand.RunAsync(host, [], CancellationToken.None));
        var report = TerminationMessage.TryReadFetch(await File.ReadAllTextAsync(log))!;
        Assert.Equal(("step-4", 4L), (report.Checkpoint!.Name, report.Checkpoint.Step!.Value));
        Assert.Contains("step 4", output.ToString(), StringComparison.Ordinal);
        Assert.True(Path.Exists(Link));
    }

    [Theory]
    [InlineData("""{"message":"saved","checkpoint":{"name":"step-50","step":50}}""", "step-50")]
    [InlineData("""{"checkpoint":{"name":"../../etc","step":50}}""", null)]
    [InlineData("""{"checkpoint":{"name":"a","step":-1}}""", null)]
    [InlineData("""{"checkpoint":{"step":1}}""", null)]
    [InlineData("asked to stop", null)]
    [InlineData(null, null)]
    public void What_a_trainer_says_it_left_is_believed_only_where_it_can_be(string? message, string? name) =>
        Assert.Equal(name, TerminationMessage.TryReadCheckpoint(message)?.Name);

    public void Dispose() => folder.Dispose();

    private (string Name, long? Step) Newest() => CheckpointFolder.Newest(Root) is { } found ? (found.Name, found.Step) : ("", null);

    private void Write(string path, string content = "", int age = 1)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(-age));
    }
}
