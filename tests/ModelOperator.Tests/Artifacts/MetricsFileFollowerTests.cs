using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Artifacts;

namespace ModelOperator.Tests.Artifacts;

/// <summary>The metrics file while somebody writes it.</summary>
public sealed class MetricsFileFollowerTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string path;
    private readonly MetricsFileFollower follower;

    public MetricsFileFollowerTests()
    {
        path = Path.Combine(folder.Path, "metrics.jsonl");
        follower = new MetricsFileFollower(path);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_file_that_is_not_there_yet_says_nothing_and_lines_count_when_they_are_whole()
    {
        Assert.Equal("", await LookAsync());
        Append(Line("loss", 0.5) + """{"metric":"loss","val""");
        Assert.Equal("loss=0.5", await LookAsync());
        Append("""ue":0.25}""");
        Assert.Equal("loss=0.5", await LookAsync());
        Append("\n" + Line("epoch", 3));
        Assert.Equal("loss=0.25 epoch=3", await LookAsync());
        Assert.Equal("loss=0.25 epoch=3", await LookAsync());
    }

    [Fact]
    public async Task A_file_that_was_cut_or_replaced_is_read_from_its_beginning()
    {
        Append(Line("loss", 0.5) + Line("accuracy", 0.75));
        Assert.Equal("loss=0.5 accuracy=0.75", await LookAsync());
        await File.WriteAllTextAsync(path, Line("loss", 4));
        Assert.Equal("loss=4", await LookAsync());
        await File.WriteAllTextAsync(path + ".new", Line("rmse", 1) + Line("rmse", 2) + Line("rmse", 3));
        File.Move(path + ".new", path, overwrite: true);
        Assert.Equal("rmse=3", await LookAsync());
        File.Delete(path);
        Assert.Equal("rmse=3", await LookAsync());
        Append(Line("loss", 7));
        Assert.Equal("loss=7", await LookAsync());
    }

    [Fact]
    public async Task A_line_without_end_takes_no_memory_and_the_next_line_counts()
    {
        Append(Line("loss", 0.5) + new string('x', 5_000_000));
        Assert.Equal("loss=0.5", await LookAsync());
        Append(Line("loss", 9) + Line("loss", 0.25));
        Assert.Equal("loss=0.25", await LookAsync());
    }

    [Fact]
    public async Task Of_a_file_that_grew_by_very_much_the_end_is_read()
    {
        Append(Line("first", 1));
        using (var file = File.OpenWrite(path))
            file.SetLength(MetricsFileReader.MostBytes + 4096);
        Append("\n" + Line("last", 2));
        Assert.Equal("last=2", await LookAsync());
    }

    [Fact]
    public async Task A_link_is_not_followed()
    {
        File.CreateSymbolicLink(path, folder.Write("elsewhere", Encoding.UTF8.GetBytes(Line("loss", 1))));
        Assert.Equal("", await LookAsync());
    }

    [Fact]
    public void However_a_file_is_written_the_follower_ends_with_what_the_publisher_reads()
    {
        var lines = Gen.OneOf(
            Gen.Choose(0, 4).SelectMany(static name => Gen.Choose(-9, 9).Select(value => Line($"m{name}", value))),
            Gen.Constant("no metric\n"),
            Gen.Constant(new string('y', MetricsTally.LongestLine + 7) + "\n"),
            Gen.Choose(MetricsTally.LongestLine - 40, MetricsTally.LongestLine - 35).Select(static pad => new string(' ', pad) + Line("m0", pad)));
        Prop.ForAll(lines.ListOf().ToArbitrary(), Gen.Choose(1, 90_000).ListOf(6).ToArbitrary(), (written, cuts) =>
        {
            using var own = new TempFolder();
            var file = own.Write("metrics.jsonl", []);
            var text = string.Concat(written);
            var watch = new MetricsFileFollower(file);
            var at = 0;
            foreach (var cut in cuts)
            {
                var next = Math.Min(text.Length, at + cut);
                File.AppendAllText(file, text[at..next]);
                at = next;
                watch.LookAsync(CancellationToken.None).GetAwaiter().GetResult();
            }

            File.AppendAllText(file, text[at..]);
            var seen = watch.LookAsync(CancellationToken.None).GetAwaiter().GetResult();
            return seen.SequenceEqual(MetricsFileReader.ReadAsync(file, CancellationToken.None).GetAwaiter().GetResult());
        }).QuickCheckThrowOnFailure();
    }

    private static string Line(string metric, double value) => string.Create(CultureInfo.InvariantCulture, $$"""{"metric":"{{metric}}","value":{{value}}}""") + "\n";

    private void Append(string text) => File.AppendAllText(path, text);

    private async Task<string> LookAsync() =>
        string.Join(' ', (await follower.LookAsync(CancellationToken.None)).Select(static m => FormattableString.Invariant($"{m.Key}={m.Value}")));
}
