using ModelOperator.ModelFormat;
using ModelOperator.Server.PredictionLogs;

namespace ModelOperator.Server.Tests;

/// <summary>Feedback that is answered once its truths are kept (acknowledge: Kept).</summary>
public sealed class KeptTruthTests
{
    private const string Rows = """{"instances": [{"size": 2, "grade": "poor", "age": 1}, {"size": 3, "grade": "best", "age": 1}, {"size": 4, "grade": "good", "age": 2}]}""";

    private static readonly TargetDocument Number = new() { Name = "y", Type = TargetType.Regression };

    [Fact]
    public async Task The_answer_waits_until_the_receiver_has_committed()
    {
        var (came, committed) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var sink = await PredictionSink.StartAsync();
        await using var server = await StartAsync(sink);
        var ids = await PredictAsync(server);
        await sink.RowsAsync("predictions", ids.Count);
        sink.Answer = async _ =>
        {
            came.TrySetResult();
            await committed.Task;
            return (200, """{"taken":3,"refused":0}""");
        };
        var answer = server.PostAsync("/feedback", Truths(ids));
        await came.Task;
        Assert.False(answer.IsCompleted);
        committed.SetResult();
        var (status, body) = await answer;
        Assert.Equal((200, 3, 0), (status, body.GetProperty("accepted").GetInt32(), body.GetProperty("rejected").GetArrayLength()));
        Assert.Equal(ids.Order(StringComparer.Ordinal), sink.Rows("truths").Select(static row => row.GetProperty("id").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task While_nothing_can_be_kept_it_is_429_at_once_and_sent_again_the_truths_are_counted_and_kept_once()
    {
        await using var sink = await PredictionSink.StartAsync();
        await using var server = await StartAsync(sink);
        var ids = await PredictAsync(server);
        await sink.RowsAsync("predictions", ids.Count);
        sink.Answer = static _ => Task.FromResult((503, ""));
        // The first one learns that nobody keeps it, the second is told before it is counted.
        for (var i = 0; i < 2; i++)
        {
            var (status, body) = await server.PostAsync("/feedback", Truths(ids));
            Assert.Equal((429, "the truths are not kept yet, since what keeps them is away or slow: send them again, they are counted and kept once"), (status, body.GetProperty("error").GetString()));
            Assert.Equal(3, await server.MetricAsync("""modelop_feedback_total{model="toys",version="toys-3"}"""));
        }

        // Predictions go on.
        Assert.Equal(200, (await server.PostAsync("/predict", Rows)).Status);
        sink.Answer = static _ => Task.FromResult((200, "{}"));
        for (var began = TimeProvider.System.GetTimestamp(); ;)
        {
            var (status, body) = await server.PostAsync("/feedback", Truths(ids));
            if (status == 200)
            {
                Assert.Equal((0, 3), (body.GetProperty("accepted").GetInt32(), body.GetProperty("rejected").GetArrayLength()));
                break;
            }

            Assert.Equal(429, status);
            Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds < 120, "the receiver is back");
            await Task.Delay(50);
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), sink.Rows("truths").Select(static row => row.GetProperty("id").GetString()).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(3, await server.MetricAsync("""modelop_feedback_total{model="toys",version="toys-3"}"""));
    }

    [Fact]
    public async Task Truths_that_nobody_logs_wait_for_nothing()
    {
        await using var sink = await PredictionSink.StartAsync();
        sink.Answer = static _ => throw new InvalidOperationException("nothing is sampled");
        await using var server = await StartAsync(sink, rate: 0);
        var (status, body) = await server.PostAsync("/feedback", Truths(await PredictAsync(server)));
        Assert.Equal((200, 3), (status, body.GetProperty("accepted").GetInt32()));
        Assert.Equal(0, sink.Asked);
    }

    [Fact]
    public async Task A_truth_that_finds_no_room_is_not_promised()
    {
        var log = new PredictionLog(ServerHarness.Options("/nowhere") with { PredictionLog = Kept(new Uri("http://127.0.0.1:1")) }, TimeProvider.System);
        for (var i = 0; i < PredictionLog.MostEntries; i++)
            log.TakeTruth($"toys-3~{i}", i, Number);
        var receipt = log.Open()!;
        log.TakeTruth("toys-3~more", 1, Number, receipt);
        Assert.False(await receipt.CloseAsync());
    }

    [Fact]
    public async Task Receipts_hold_for_all_truths_of_a_request()
    {
        var receipt = new TruthReceipt();
        receipt.Expect();
        receipt.Expect();
        receipt.Keep();
        var all = receipt.CloseAsync();
        Assert.False(all.IsCompleted);
        receipt.Keep();
        Assert.True(await all);
        var failed = new TruthReceipt();
        failed.Expect();
        failed.Fail();
        Assert.False(await failed.CloseAsync());
        // Of no truths at all.
        Assert.True(await new TruthReceipt().CloseAsync());
    }

    private static PredictionLogOptions Kept(Uri url) => PredictionLogTests.Options(url) with { KeepsTruths = true, Timeout = TimeSpan.FromMinutes(2), Flush = TimeSpan.FromSeconds(5) };

    private static Task<ServerHarness> StartAsync(PredictionSink sink, double rate = 1) =>
        ServerHarness.StartAsync(options => options with { PredictionLog = Kept(sink.Url) with { Rate = rate }, RequestTimeout = TimeSpan.FromMinutes(2) });

    private static async Task<List<string>> PredictAsync(ServerHarness server)
    {
        var (status, body) = await server.PostAsync("/predict", Rows);
        Assert.Equal(200, status);
        return [.. body.GetProperty("predictions").EnumerateArray().Select(static one => one.GetProperty("id").GetString()!)];
    }

    private static string Truths(List<string> ids) =>
        $$"""{"predictions": [{{string.Join(',', ids.Select(static id => $$"""{"id": "{{id}}", "truth": 7}"""))}}]}""";
}
