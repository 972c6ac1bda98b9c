using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Feedback;
using ModelOperator.Server.Http;
using ModelOperator.Server.Metrics;
using ModelOperator.Server.PredictionLogs;
using ModelOperator.Server.Predictions;

namespace ModelOperator.Server.Tests;

public sealed class FeedbackTests
{
    private const string Labels = "{model=\"toys\",version=\"toys-3\"}";

    [Fact]
    public async Task Squared_errors_add_up_over_the_accepted_truths()
    {
        await using var server = await ServerHarness.StartAsync();
        double[] truths = [10, 20.5, -3];
        double expected = 0;
        foreach (var truth in truths)
        {
            var (_, prediction) = await server.PostAsync("/predict", """{"features": {"size": 1.5, "grade": "good", "age": 3}}""");
            expected += Math.Pow(prediction.GetProperty("prediction").GetDouble() - truth, 2);
            var (status, reply) = await server.PostAsync("/feedback", $$"""{"truth": {{truth}}, "id": "{{prediction.GetProperty("id")}}"}""");
            Assert.Equal((200, 1), (status, reply.GetProperty("accepted").GetInt32()));
        }

        Assert.Equal(3, await server.MetricAsync("modelop_feedback_total" + Labels));
        Assert.Equal(expected, await server.MetricAsync("modelop_feedback_squared_error_sum" + Labels), 1e-3);
    }

    [Fact]
    public async Task A_list_is_judged_item_by_item_and_refusals_are_counted_by_reason()
    {
        await using var server = await ServerHarness.StartAsync();
        var (_, prediction) = await server.PostAsync("/predict", """{"features": {"size": 1.5, "grade": "good", "age": 3}}""");
        var id = prediction.GetProperty("id").GetString()!;
        var altered = id[..^8] + (id[^8] == 'A' ? 'B' : 'A') + id[^7..];
        var foreign = "toys-4" + id["toys-3".Length..];
        var (status, reply) = await server.PostAsync("/feedback",
            $$"""{"predictions": [{"id":"{{id}}","truth":1},{"id":"{{id}}","truth":1},{"id":"{{foreign}}","truth":1},{"id":"{{altered}}","truth":1},{"id":"junk","truth":1},{"id":"{{id}}","truth":"red"}]}""");
        Assert.Equal((200, 1), (status, reply.GetProperty("accepted").GetInt32()));
        string[] reasons = ["duplicate", "version", "checksum", "malformed", "truth"];
        Assert.Equal(reasons, reply.GetProperty("rejected").EnumerateArray().Select(item => item.GetProperty("reason").GetString()!));
        foreach (var reason in reasons)
            Assert.Equal(1, await server.MetricAsync($$"""modelop_feedback_rejected_total{model="toys",version="toys-3",reason="{{reason}}"}"""));
        Assert.Equal(1, await server.MetricAsync("modelop_feedback_total" + Labels));
    }

    [Theory]
    [InlineData("{\"id\":\"junk\",\"truth\":1}", 422, "malformed")]
    [InlineData("{\"id\":\"junk\"}", 400, "'truth' is missing")]
    [InlineData("{\"truth\":1}", 400, "'id' is missing")]
    [InlineData("{\"id\":1,\"truth\":1}", 400, "'id' is a number")]
    [InlineData("{\"id\":\"a\",\"truth\":1,\"x\":2}", 400, "unknown property 'x'")]
    [InlineData("{\"id\":\"a\",\"truth\":1,\"truth\":\"1\"}", 400, "'truth' is given twice")]
    [InlineData("{\"id\":\"a\",\"id\":\"b\",\"truth\":1}", 400, "'id' is given twice")]
    [InlineData("{\"id\":\"a\",\"truth\":null}", 400, "'truth' is null, expected a number, a label, true or false")]
    [InlineData("{\"id\":\"a\",\"truth\":[1]}", 400, "'truth' is an array, expected a number, a label, true or false")]
    [InlineData("{\"id\":\"a\",\"truth\":true,\"truth\":1}", 400, "'truth' is given twice")]
    [InlineData("{\"predictions\":{}}", 400, "'predictions' is an object")]
    [InlineData("{\"predictions\":[1]}", 400, "prediction 0 is a number")]
    [InlineData("{\"predictions\":[],\"x\":1}", 400, "nothing may stand beside")]
    public async Task A_bad_feedback_is_told_what_is_wrong(string body, int status, string message)
    {
        await using var server = await ServerHarness.StartAsync(("ROUNDS", "2"));
        var (actual, reply) = await server.PostAsync("/feedback", body);
        Assert.Equal(status, actual);
        Assert.Contains(message, reply.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no,yes", "0,1,2,-1", "0,1,-,-")]
    [InlineData("0,1", "0,1,2", "0,1,-")]
    [InlineData("1,2", "1,2,0", "0,1,-")]
    [InlineData("-1,1", "-1,1,0", "0,1,-")]
    [InlineData("1.0,2.50", "1,2.5,2", "0,1,-")]
    [InlineData("nan,1", "1,0", "1,-")]
    public void A_number_for_a_label_means_the_label_that_it_is(string labels, string truths, string positions)
    {
        using var ids = new PredictionIds("toys-3", null);
        var target = new TargetDocument { Name = "y", Type = TargetType.Binary, Classes = [.. labels.Split(',')] };
        foreach (var (truth, position) in truths.Split(',').Zip(positions.Split(',')))
        {
            var metrics = new VersionMetrics(ServerHarness.Options("/nowhere"), TimeProvider.System, "toys", "toys-3");
            var reason = new FeedbackJudge(ids, metrics, PredictionLog.None).Judge(new(ids.Create(0.5), double.Parse(truth, CultureInfo.InvariantCulture), null), target);
            Assert.Equal(position, reason == "truth" ? "-" : metrics.Scores(0).Read().Cumulative[^1] == 1 ? "0" : "1");
        }
    }

    [Theory]
    [InlineData(TargetType.Binary, "no,yes", "0,1")]
    [InlineData(TargetType.Binary, "False,True", "0,1")]
    [InlineData(TargetType.Binary, "TRUE,unknown", "-,0")]
    [InlineData(TargetType.Binary, "0,1", "0,1")]
    [InlineData(TargetType.Binary, "0.0,1.0", "0,1")]
    // Which of them is true, nobody knows.
    [InlineData(TargetType.Binary, "1,2", "-,-")]
    [InlineData(TargetType.Binary, "-1,1", "-,-")]
    [InlineData(TargetType.Multiclass, "0,1,2", "-,-")]
    [InlineData(TargetType.Regression, null, "-,-")]
    public void True_is_the_second_of_two_classes(TargetType type, string? labels, string positions)
    {
        using var ids = new PredictionIds("toys-3", null);
        var target = new TargetDocument { Name = "y", Type = type, Classes = labels?.Split(',').ToList() };
        foreach (var (truth, position) in new[] { "false", "true" }.Zip(positions.Split(',')))
        {
            var metrics = new VersionMetrics(ServerHarness.Options("/nowhere"), TimeProvider.System, "toys", "toys-3");
            var (items, _) = JsonText.Read(Encoding.UTF8.GetBytes($$"""{"id":"{{ids.Create(0.5)}}","truth":{{truth}}}"""), FeedbackReader.Read);
            var reason = new FeedbackJudge(ids, metrics, PredictionLog.None).Judge(items.Single(), target);
            Assert.Equal(position, reason == "truth" ? "-" : reason is null && metrics.Scores(0).Read().Cumulative[^1] == 1 ? "0" : "1");
        }
    }

    [Fact]
    public void Any_replica_reads_the_prediction_out_of_an_id()
    {
        var first = new PredictionIds("toys-3", null);
        var second = new PredictionIds("toys-3", null);
        Prop.ForAll(ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite).ToArbitrary(), value =>
            second.Refuse(first.Create(value), out var read) is null && read.Prediction.Equals(value)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(130)]
    public void Ids_that_are_made_together_are_as_good_as_those_made_alone(int count)
    {
        var (first, second) = (new PredictionIds("toys-3", "secret"), new PredictionIds("toys-3", "secret"));
        var predictions = Enumerable.Range(0, count).Select(static i => i / 7f).ToArray();
        var text = new byte[count * first.Length];
        first.Write(predictions, text);
        var nonces = new HashSet<ulong>();
        for (var i = 0; i < count; i++)
        {
            Assert.Null(second.Refuse(Encoding.UTF8.GetString(text.AsSpan(i * first.Length, first.Length)), out var read));
            Assert.Equal(predictions[i], read.Prediction);
            Assert.True(nonces.Add(read.Nonce));
        }

        Assert.Null(second.Refuse(first.Create(3), out var next));
        Assert.True(nonces.Add(next.Nonce));
    }

    [Fact]
    public void An_id_with_any_character_changed_is_refused()
    {
        var ids = new PredictionIds("toys-3", null);
        var id = ids.Create(42);
        var changed = Gen.Choose(0, id.Length - 1).SelectMany(at => Gen.Elements('A', 'b', '7', '-', '~', ' ').Select(to => (at, to)))
            .Where(change => id[change.at] != change.to).ToArbitrary();
        // The last character carries 4 bits that decode to nothing; decoding refuses it or the tag differs.
        Prop.ForAll(changed, change =>
            ids.Refuse(id[..change.at] + change.to + id[(change.at + 1)..], out _) is not null).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Another_key_makes_another_checksum() => Assert.Equal(
        "checksum", new PredictionIds("toys-3", "secret").Refuse(new PredictionIds("toys-3", null).Create(1), out _));

    [Fact]
    public void Only_the_last_values_are_remembered()
    {
        var recent = new RecentSet(3);
        Assert.True(recent.Add(1) && recent.Add(2) && recent.Add(3));
        Assert.False(recent.Add(1));
        Assert.True(recent.Add(4));
        Assert.True(recent.Add(1));
        Assert.False(recent.Add(4));
    }
}
