using System.Net;
using System.Text.Json;
using ModelOperator.Fakes;
using ModelOperator.Server.PredictionLogs;

namespace ModelOperator.Server.Tests;

/// <summary>A server, and what receives its predictions, on loopback.</summary>
public sealed class PredictionSenderTests
{
    private const string Row = """{"size": 1.5, "grade": "good", "age": 4}""";
    private const string Single = $$"""{"features": {{Row}}}""";

    [Fact]
    public async Task Every_way_to_predict_is_logged_with_the_id_that_the_client_got_and_truths_follow()
    {
        await using var sink = await PredictionSink.StartAsync();
        await using var server = await StartAsync(sink.Url);
        var (_, first) = await server.PostAsync("/predict", Single);
        var (_, batch) = await server.PostAsync("/predict", """{"instances": [{"size": 2, "grade": "poor", "age": null}, {"size": 3, "grade": "best", "age": 1}]}""");
        var (_, infer) = await server.PostAsync("/v2/models/toys/infer", """{"inputs": [{"name": "x", "datatype": "FP64", "shape": [1, 3], "data": [1, 0, 5]}]}""");
        // Logged under an id of its own though the client does not ask for it.
        await server.PostAsync("/v2/models/toys/infer", """{"inputs": [{"name": "x", "datatype": "FP64", "shape": [1, 3], "data": [1, 1, 6]}], "outputs": [{"name": "prediction"}]}""");
        var id = first.GetProperty("id").GetString()!;
        Assert.Equal(200, (await server.PostAsync("/feedback", $$"""{"id": "{{id}}", "truth": 30}""")).Status);
        Assert.Equal(422, (await server.PostAsync("/feedback", """{"id": "toys-3~nonsense", "truth": 30}""")).Status);
        var rows = (await sink.RowsAsync("predictions", 5)).ToDictionary(static row => row.GetProperty("id").GetString()!);
        Assert.Equal(5, rows.Count);
        Assert.Equal("""{"size":1.5,"grade":"good","age":4}""", rows[id].GetProperty("features").GetRawText());
        Assert.Equal((first.GetProperty("prediction").GetDouble(), "Regression"), (rows[id].GetProperty("prediction").GetDouble(), rows[id].GetProperty("kind").GetString()));
        foreach (var predicted in batch.GetProperty("predictions").EnumerateArray())
            Assert.Equal(predicted.GetProperty("prediction").GetDouble(), rows[predicted.GetProperty("id").GetString()!].GetProperty("prediction").GetDouble());
        Assert.Equal("""{"size":2,"grade":"poor","age":null}""", rows[batch.GetProperty("predictions")[0].GetProperty("id").GetString()!].GetProperty("features").GetRawText());
        var outputs = infer.GetProperty("outputs").EnumerateArray().ToDictionary(static output => output.GetProperty("name").GetString()!, static output => output.GetProperty("data")[0]);
        Assert.Equal(outputs["prediction"].GetDouble(), rows[outputs["prediction_id"].GetString()!].GetProperty("prediction").GetDouble());
        Assert.Contains(rows.Values, static row => row.GetProperty("features").GetProperty("age").GetRawText() == "6");
        var truth = Assert.Single(await sink.RowsAsync("truths", 1));
        Assert.Equal((id, 30.0), (truth.GetProperty("id").GetString(), truth.GetProperty("truth").GetDouble()));
        Assert.All(sink.Tokens, static token => Assert.Equal("Bearer s3cret", token));
        await server.CountedAsync(6, Series("sent"));
    }

    [Fact]
    public async Task A_truth_is_kept_exactly_where_its_prediction_is()
    {
        await using var sink = await PredictionSink.StartAsync();
        await using var server = await StartAsync(sink.Url, static log => log with { Rate = 0.5 });
        var (_, batch) = await server.PostAsync("/predict", $$"""{"instances": [{{string.Join(',', Enumerable.Repeat(Row, 400))}}]}""");
        var items = string.Join(',', batch.GetProperty("predictions").EnumerateArray().Select(static one => $$"""{"id": "{{one.GetProperty("id").GetString()}}", "truth": 1}"""));
        Assert.Equal(400, (await server.PostAsync("/feedback", $$"""{"predictions": [{{items}}]}""")).Body.GetProperty("accepted").GetInt32());
        var sampled = (int)await server.MetricAsync(Series("sampled"));
        // Both halves of it; the chance of fewer than 120 or more than 280 of 400 is below one in 10^14.
        Assert.InRange(sampled, 240, 560);
        await server.CountedAsync(sampled, Series("sent"));
        Assert.Equal(Ids(sink, "predictions").Order(StringComparer.Ordinal), Ids(sink, "truths").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Classes_are_logged_by_position_and_label_and_redacted_features_never_leave()
    {
        await using var sink = await PredictionSink.StartAsync();
        await using var server = await StartAsync(sink.Url, static log => log with { Redact = ["grade"] }, ("TARGET", "level"), ("DROP_COLUMNS", "y,high"), ("OBJECTIVE", "Multiclass"));
        var (status, body) = await server.PostAsync("/predict", """{"features": {"size": 1.5, "grade": "good", "age": 4}}""");
        Assert.True(status == 200, body.ToString());
        var row = Assert.Single(await sink.RowsAsync("predictions", 1));
        Assert.Equal(("Multiclass", body.GetProperty("prediction").GetString()), (row.GetProperty("kind").GetString(), row.GetProperty("label").GetString()));
        Assert.Equal(["size", "age"], row.GetProperty("features").EnumerateObject().Select(static one => one.Name));
        Assert.DoesNotContain("good", sink.Bodies.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outage_touches_no_prediction_and_what_waited_comes_afterwards_once()
    {
        await using var sink = await PredictionSink.StartAsync();
        sink.Answer = static _ => Task.FromResult((503, ""));
        await using var server = await StartAsync(sink.Url);
        var ids = new List<string?>();
        for (var i = 0; i < 50; i++)
        {
            var (status, body) = await server.PostAsync("/predict", Single);
            Assert.Equal(200, status);
            ids.Add(body.GetProperty("id").GetString());
        }

        await sink.AskedAsync(2);
        Assert.Equal(0, await server.MetricAsync(Series("sent")));
        sink.Answer = static _ => Task.FromResult((200, "{}"));
        await server.CountedAsync(50, Series("sent"));
        Assert.Equal(ids.Order(StringComparer.Ordinal), Ids(sink, "predictions").Order(StringComparer.Ordinal));
        Assert.Equal(0, await server.MetricAsync(Series("dropped")));
    }

    [Fact]
    public async Task A_receiver_that_takes_and_never_answers_is_given_up_and_asked_again_with_the_same_rows()
    {
        await using var sink = await PredictionSink.StartAsync();
        var asked = 0;
        sink.Answer = async context =>
        {
            // The first batch is kept, and its receiver dies before it answers.
            if (Interlocked.Increment(ref asked) == 1)
                context.Abort();
            await Task.Yield();
            return (200, "{}");
        };
        await using var server = await StartAsync(sink.Url, static log => log with { Flush = TimeSpan.FromMilliseconds(300) });
        var (_, body) = await server.PostAsync("/predict", Single);
        await server.CountedAsync(1, Series("sent"));
        Assert.Equal(body.GetProperty("id").GetString(), Assert.Single(Ids(sink, "predictions").Distinct()));
        Assert.Equal((2, 2), (asked, sink.Bodies.Count));
    }

    [Fact]
    public async Task A_receiver_that_takes_and_stays_silent_is_asked_again_after_the_timeout_and_no_prediction_waits()
    {
        await using var sink = await PredictionSink.StartAsync();
        sink.Answer = static async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return (200, "");
        };
        await using var server = await StartAsync(sink.Url, static log => log with { Timeout = TimeSpan.FromSeconds(2), Flush = TimeSpan.FromMilliseconds(300) });
        Assert.Equal(200, (await server.PostAsync("/predict", Single)).Status);
        await sink.AskedAsync(2);
        Assert.Equal(200, (await server.PostAsync("/predict", Single)).Status);
    }

    [Fact]
    public async Task While_nobody_listens_the_queue_fills_and_drops_are_counted_and_catching_up_ends()
    {
        await using var sink = await PredictionSink.StartAsync();
        sink.Answer = static _ => Task.FromResult((503, ""));
        await using var server = await StartAsync(sink.Url);
        var body = $$"""{"instances": [{{string.Join(',', Enumerable.Repeat(Row, 8_000))}}]}""";
        for (var i = 0; i < 4; i++)
            Assert.Equal(200, (await server.PostAsync("/predict", body)).Status);
        var dropped = await server.MetricAsync(Series("dropped"));
        // What the sender holds in its hands has left the queue.
        Assert.InRange(dropped, 32_000 - PredictionLog.MostEntries - LogBatch.MostRows, 32_000 - PredictionLog.MostEntries);
        sink.Answer = static _ => Task.FromResult((200, "{}"));
        await server.CountedAsync(32_000 - dropped, Series("sent"));
        Assert.Equal(32_000 - dropped, Ids(sink, "predictions").Distinct().Count());
        Assert.All(sink.Bodies, static one => Assert.InRange(JsonElement.Parse(one).GetProperty("predictions").GetArrayLength(), 1, LogBatch.MostRows));
    }

    [Theory]
    [InlineData(422, """{"reason":"Rejected"}""", 1, 0)]
    [InlineData(400, "nonsense", 1, 0)]
    [InlineData(200, """{"taken":0,"refused":1,"reasons":["no"]}""", 1, 0)]
    [InlineData(200, """{"taken":1,"refused":0}""", 0, 1)]
    [InlineData(200, "nonsense", 0, 1)]
    public async Task What_is_refused_for_good_is_counted_and_not_sent_again(int status, string answer, int refused, int sent)
    {
        await using var sink = await PredictionSink.StartAsync();
        sink.Answer = _ => Task.FromResult((status, answer));
        await using var server = await StartAsync(sink.Url);
        await server.PostAsync("/predict", Single);
        await server.CountedAsync(1, refused == 1 ? Series("refused") : Series("sent"));
        await server.CountedAsync(sent, Series("sent"));
        Assert.Equal(1, sink.Asked);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, nameof(DeliveryOutcome.Sent))]
    [InlineData(HttpStatusCode.BadRequest, nameof(DeliveryOutcome.Refused))]
    [InlineData(HttpStatusCode.UnprocessableEntity, nameof(DeliveryOutcome.Refused))]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, nameof(DeliveryOutcome.Refused))]
    [InlineData(HttpStatusCode.Unauthorized, nameof(DeliveryOutcome.Away))]
    [InlineData(HttpStatusCode.Forbidden, nameof(DeliveryOutcome.Away))]
    [InlineData(HttpStatusCode.Found, nameof(DeliveryOutcome.Away))]
    [InlineData(HttpStatusCode.NotFound, nameof(DeliveryOutcome.Away))]
    [InlineData(HttpStatusCode.InternalServerError, nameof(DeliveryOutcome.Away))]
    [InlineData(HttpStatusCode.ServiceUnavailable, nameof(DeliveryOutcome.Away))]
    public void Only_what_would_never_be_taken_is_given_up(HttpStatusCode status, string expected) => Assert.Equal(expected, PredictionSender.Outcome(status).ToString());

    [Fact]
    public async Task What_waits_is_sent_when_the_server_stops()
    {
        await using var sink = await PredictionSink.StartAsync();
        var server = await StartAsync(sink.Url, static log => log with { Fill = TimeSpan.FromHours(1) });
        for (var i = 0; i < 3; i++)
            await server.PostAsync("/predict", Single);
        Assert.Empty(sink.Bodies);
        await server.DisposeAsync();
        Assert.Equal(3, Ids(sink, "predictions").Count);
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_a_receiver_that_is_away()
    {
        var server = await StartAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}/v1/predictions"), static log => log with { Flush = TimeSpan.FromMilliseconds(300) });
        Assert.Equal(200, (await server.PostAsync("/predict", Single)).Status);
        var log = (PredictionLog)server.Services.GetService(typeof(PredictionLog))!;
        await server.DisposeAsync();
        Assert.Contains("""result="lost"} 1""", log.Expose(), StringComparison.Ordinal);
    }

    private static Task<ServerHarness> StartAsync(Uri url, Func<PredictionLogOptions, PredictionLogOptions>? change = null, params (string Name, string Value)[] parameters)
    {
        var log = PredictionLogTests.Options(url) with { Timeout = TimeSpan.FromMinutes(2), Flush = TimeSpan.FromMinutes(2) };
        return ServerHarness.StartAsync(options => options with { PredictionLog = change?.Invoke(log) ?? log }, parameters);
    }

    private static List<string?> Ids(PredictionSink sink, string list) => [.. sink.Rows(list).Select(static row => row.GetProperty("id").GetString())];

    private static string Series(string result) => $$"""modelop_prediction_log_total{model="toys",version="toys-3",result="{{result}}"}""";
}
