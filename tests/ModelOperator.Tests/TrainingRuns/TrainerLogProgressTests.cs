using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainerLogProgressTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("progress=40\n", "40% ")]
    [InlineData("progress=40%\nprogress=55.9% loss=0.5\n", "55% loss=0.5")]
    [InlineData("progressPercentage=12 remaining_seconds=90.5\n", "12% 90s ")]
    [InlineData("progress=140\n", null)]
    [InlineData("progress=-1 loss=2\n", "loss=2")]
    [InlineData("epoch=3/10 loss=0.25\n", "30% loss=0.25")]
    [InlineData("Epoch 3/8\n 12/100 loss: 0.1\n", "37% ")]
    [InlineData("epoch=2 epochs=8 step=5 steps=10\n", "25% epoch=2 epochs=8 step=5 steps=10")]
    [InlineData("epoch=2 total_epochs=4\n", "50% epoch=2 total_epochs=4")]
    [InlineData("epoch=1/4 step=90/100\nepoch=2/4 step=10/100\n", "50% ")]
    [InlineData("step=90/100\n", "90% ")]
    [InlineData("step=5/0 round=7/3\n", null)]
    [InlineData("round=20 train_rmse=12.5\n", "round=20 train_rmse=12.5")]
    [InlineData("progress=10 epoch=9/10\n", "10% ")]
    [InlineData("loss=0.5\nloss=0.4", "loss=0.5")]
    [InlineData("loss=0.5", null)]
    [InlineData("\rEpoch 2/4:  50%|#####     | 5/10 [00:01<00:01, loss=0.5]\rEpoch 2/4:  60%|######    | 6/10 [00:01<00:01, loss=0.4", "50% loss=0.5")]
    [InlineData("reading /data/epoch=1/4/part\nhello\n", null)]
    [InlineData("", null)]
    public void Lines_say_how_far_the_trainer_is(string log, string? expected) => Assert.Equal(expected, Text(TrainerLogProgress.Read(log, Now)));

    [Fact]
    public void Reports_are_compared_by_what_they_say_and_not_by_when()
    {
        var read = TrainerLogProgress.Read("epoch=3/10 loss=0.25\n", Now)!;
        Assert.True(TrainerLogProgress.SaysTheSame(read with { LastUpdatedTime = Now.AddHours(1) }, read));
        Assert.False(TrainerLogProgress.SaysTheSame(read, TrainerLogProgress.Read("epoch=3/10 loss=0.24\n", Now)!));
        Assert.False(TrainerLogProgress.SaysTheSame(read, TrainerLogProgress.Read("epoch=4/10 loss=0.25\n", Now)!));
        Assert.False(TrainerLogProgress.SaysTheSame(null, read));
    }

    [Theory]
    [InlineData("progress=40 loss=0.5", "40% loss=0.5")]
    [InlineData("epoch=3 epochs=10 loss=0.5", "30% epoch=3 epochs=10 loss=0.5")]
    [InlineData("loss=0.5 remaining_seconds=90.5", "90s loss=0.5")]
    [InlineData("", null)]
    public void The_metrics_file_says_it_by_the_same_names(string pairs, string? expected) =>
        Assert.Equal(expected, Text(TrainerLogProgress.Of(NamedValueLines.Read(pairs), Now)));

    [Fact]
    public void A_trainer_that_posts_is_never_overruled_by_its_metrics_file_nor_that_by_the_log()
    {
        foreach (var before in Enum.GetValues<TrainingProgressSource>())
        {
            foreach (var after in Enum.GetValues<TrainingProgressSource>())
            {
                var store = new TrainingProgressStore();
                store.Report("u", new("ml", "a"), new TrainingProgress { Percentage = 10, Source = before });
                store.Report("u", new("ml", "a"), new TrainingProgress { Percentage = 20, Source = after });
                Assert.Equal(after >= before ? 20 : 10, store.Find("u")!.Percentage);
            }
        }
    }

    [Fact]
    public void A_trainer_that_posts_is_never_overruled_by_its_log()
    {
        var store = new TrainingProgressStore();
        var told = 0;
        store.Listen(_ => told++);
        var (logged, posted) = (new TrainingProgress { Percentage = 10, Source = TrainingProgressSource.Log }, new TrainingProgress { Percentage = 20, Source = TrainingProgressSource.Post });
        store.Report("u", new("ml", "a"), logged);
        Assert.Equal((10, 1), (store.Find("u")!.Percentage, told));
        store.Report("u", new("ml", "a"), posted);
        store.Report("u", new("ml", "a"), logged);
        Assert.Equal((20, 2), (store.Find("u")!.Percentage, told));
        store.Forget("u");
        Assert.Null(store.Find("u"));
    }

    [Fact]
    public void A_log_is_looked_at_soon_after_the_start_and_then_about_every_30_seconds()
    {
        var turns = new TrainerLogTurns(static () => 0.5);
        Assert.Empty(turns.Take(["a"], 10, Now));
        Assert.Empty(turns.Take(["a"], 10, Now.AddSeconds(7)));
        Assert.Equal(["a"], turns.Take(["a"], 10, Now.AddSeconds(8)));
        Assert.Empty(turns.Take(["a"], 10, Now.AddSeconds(37)));
        Assert.Equal(["a"], turns.Take(["a"], 10, Now.AddSeconds(38)));
    }

    [Fact]
    public void Of_many_trainers_no_more_than_allowed_are_looked_at_in_one_pass_and_each_comes_round()
    {
        var draws = new Random(1);
        var turns = new TrainerLogTurns(draws.NextDouble);
        string[] working = [.. Enumerable.Range(0, 500).Select(static i => $"pod-{i}")];
        var looks = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var second = 0; second < 600; second += 2)
        {
            var taken = turns.Take(working, 10, Now.AddSeconds(second));
            Assert.InRange(taken.Count, 0, 10);
            foreach (var uid in taken)
                looks[uid] = looks.GetValueOrDefault(uid) + 1;
        }

        Assert.Equal(500, looks.Count);
        Assert.InRange(looks.Values.Max() - looks.Values.Min(), 0, 2);
    }

    [Fact]
    public void A_trainer_that_no_longer_works_is_forgotten()
    {
        var turns = new TrainerLogTurns(static () => 0);
        turns.Take(["a"], 10, Now);
        Assert.Empty(turns.Take([], 10, Now.AddSeconds(20)));
        Assert.Empty(turns.Take(["a"], 10, Now.AddSeconds(21)));
        Assert.Equal(["a"], turns.Take(["a"], 10, Now.AddSeconds(26)));
    }

    private static string? Text(TrainingProgress? read) => read is null ? null
        : (read.Percentage is { } percent ? $"{percent}% " : "") + (read.RemainingSeconds is { } seconds ? $"{seconds}s " : "")
            + string.Join(' ', (read.Metrics ?? []).Select(static m => $"{m.Name}={m.Value}"));
}
