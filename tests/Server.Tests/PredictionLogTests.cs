using System.Text;
using System.Text.Json;
using ModelOperator.Fakes;
using ModelOperator.ModelFormat;
using ModelOperator.Server.PredictionLogs;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Tests;

/// <summary>Which predictions are logged, how they are written, and what bounds them.</summary>
public sealed class PredictionLogTests
{
    private static readonly TargetDocument Number = new() { Name = "y", Type = TargetType.Regression };
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly List<FeatureDocument> Features =
    [
        new() { Name = "size", Profile = null! }, new() { Name = "grade", Type = FeatureType.Categorical, Categories = ["poor", "good"], Profile = null! }, new() { Name = "age", Profile = null! },
    ];

    [Fact]
    public void A_sample_has_its_share_and_the_ends_are_exact()
    {
        var ids = Enumerable.Range(0, 40_000).Select(static i => Encoding.UTF8.GetBytes($"toys-3~{i:x8}")).ToList();
        foreach (var (rate, least, most) in new[] { (0.0, 0, 0), (1.0, 40_000, 40_000), (0.5, 19_700, 20_300), (0.1, 3_820, 4_180), (0.001, 15, 70) })
        {
            var sample = new PredictionSample(rate);
            Assert.InRange(ids.Count(id => sample.Takes(id)), least, most);
        }
    }

    [Fact]
    public void What_a_small_sample_has_a_larger_one_has_too()
    {
        var (small, large) = (new PredictionSample(0.2), new PredictionSample(0.6));
        for (var i = 0; i < 5_000; i++)
        {
            var id = Encoding.UTF8.GetBytes($"toys-3~{i}");
            Assert.True(!small.Takes(id) || large.Takes(id));
            // Of the id alone: another replica, or the same one later, decides alike.
            Assert.Equal(small.Takes(id), new PredictionSample(0.2).Takes([.. id]));
        }
    }

    [Fact]
    public void Derived_features_are_not_logged_whatever_is_redacted()
    {
        List<FeatureDocument> features = [.. Features, new() { Name = "area", Derived = "size * size", Profile = null! }];
        var row = new LogEntry("toys-3~a", Noon, Number, 1, new(features, [0.5f, 1, 3, 0.25f]));
        Assert.Equal("""{"size":0.5,"grade":"good","age":3}""", Logged());
        // It would tell of size.
        Assert.Equal("""{"grade":"good","age":3}""", Logged("size"));
        Assert.Equal("""{"size":0.5,"grade":"good","age":3}""", Logged("area"));
        string Logged(params string[] redact) =>
            JsonElement.Parse(new LogBatch(Options() with { Redact = redact }, Assert.Fail).Write([row]).Body.Span).GetProperty("predictions")[0].GetProperty("features").GetRawText();
    }

    [Fact]
    public void A_batch_is_written_as_the_receiver_reads_it()
    {
        List<FeatureDocument> one = [Features[0]];
        var classes = new TargetDocument { Name = "y", Type = TargetType.Multiclass, Classes = ["low", "mid"] };
        var (body, count) = Batch().Write(
        [
            new("toys-3~a", Noon.AddMilliseconds(250), Number, 42.5, new(Features, [0.1f, 1, float.NaN])), new("toys-3~b", Noon.AddSeconds(1), classes, 1, new(one, [2])),
            new("toys-3~a", Noon.AddHours(1), Number, 40, null), new("toys-3~b", Noon.AddHours(1), classes, 0, null),
        ]);
        Assert.Equal((PredictionContract.Batch, 4), (Encoding.UTF8.GetString(body.Span), count));
    }

    [Theory]
    [InlineData("", "size=0.5,grade=good,age=null", "")]
    [InlineData("grade", "size=0.5,age=null", "")]
    [InlineData("size,grade,age", "", "")]
    [InlineData("*", "-", "")]
    // It may be a slip for grade: nothing leaves until it is mended.
    [InlineData("graed", "-", "graed")]
    [InlineData("age,Size,shape", "-", "Size, shape")]
    [InlineData("*,shape", "-", "shape")]
    public void Redacted_features_are_left_out(string redact, string expected, string warned)
    {
        var warnings = new List<string>();
        var batch = new LogBatch(Options() with { Redact = redact.Split(',', StringSplitOptions.RemoveEmptyEntries) }, warnings.Add);
        for (var i = 0; i < 2; i++)
        {
            var row = JsonElement.Parse(batch.Write([new("toys-3~a", Noon, Number, 1, new(Features, [0.5f, 1, float.NaN]))]).Body.Span).GetProperty("predictions")[0];
            Assert.Equal(expected, row.TryGetProperty("features", out var told) ? string.Join(',', told.EnumerateObject().Select(static one => $"{one.Name}={(one.Value.ValueKind == JsonValueKind.Null ? "null" : one.Value.ToString())}")) : "-");
        }

        Assert.Equal(warned.Length == 0 ? [] : [warned], warnings);
    }

    [Fact]
    public void A_body_ends_at_its_most_rows_or_when_it_is_large_enough()
    {
        var entries = Enumerable.Range(0, 1_500).Select(static i => new LogEntry($"toys-3~{i}", Noon, Number, i, null)).ToList();
        Assert.Equal(LogBatch.MostRows, Batch().Write(entries).Count);
        List<FeatureDocument> wide = [.. Enumerable.Range(0, 2_000).Select(static i => new FeatureDocument { Name = $"feature-{i}", Profile = null! })];
        var rows = Enumerable.Range(0, 500).Select(i => new LogEntry($"toys-3~{i}", Noon, Number, i, new(wide, new float[2_000]))).ToList();
        var (body, count) = Batch().Write(rows);
        Assert.InRange(body.Length, LogBatch.EnoughBytes, LogBatch.EnoughBytes + 65_536);
        Assert.Equal(count, JsonElement.Parse(body.Span).GetProperty("predictions").GetArrayLength());
    }

    [Fact]
    public void A_full_queue_drops_and_counts_and_takes_again_when_there_is_room()
    {
        var log = new PredictionLog(With(Options()), TimeProvider.System);
        for (var i = 0; i < PredictionLog.MostEntries + 7; i++)
            log.TakeTruth($"toys-3~{i}", i, Number);
        Assert.Equal((PredictionLog.MostEntries + 7, 7, PredictionLog.MostEntries), (Value(log, "sampled"), Value(log, "dropped"), log.Entries.Count));
        Assert.True(log.Entries.TryRead(out var first));
        log.Left(first);
        log.TakeTruth("toys-3~again", 1, Number);
        Assert.Equal((7, PredictionLog.MostEntries), (Value(log, "dropped"), log.Entries.Count));
    }

    [Fact]
    public void A_queue_of_wide_rows_is_bounded_by_its_bytes()
    {
        var log = new PredictionLog(With(Options()), TimeProvider.System);
        using var rows = new RowBuffer(10_000, 1);
        rows.Add();
        var document = new ModelDocument { Format = "f", Target = Number, Features = Features, Learner = null!, Training = null!, Samples = [], Metrics = new() };
        for (var i = 0; i < 1_000; i++)
            log.Take(Encoding.UTF8.GetBytes($"toys-3~{i}"), i, document, rows, 0);
        Assert.InRange(log.Entries.Count, 1, (int)(PredictionLog.MostBytes / 40_000));
        Assert.Equal(1_000 - log.Entries.Count, Value(log, "dropped"));
        while (log.Entries.TryRead(out var entry))
            log.Left(entry);
        log.Take("toys-3~x"u8, 1, document, rows, 0);
        Assert.Equal(1, log.Entries.Count);
    }

    [Fact]
    public void Nothing_is_taken_or_exposed_where_nothing_is_asked_for()
    {
        var log = new PredictionLog(ServerHarness.Options("/nowhere"), TimeProvider.System);
        log.TakeTruth("toys-3~a", 1, Number);
        Assert.Equal((false, 0, ""), (log.IsOn, log.Entries.Count, log.Expose()));
    }

    [Theory]
    [InlineData("URL", "ftp://x", "MODELOP_PREDICTION_LOG_URL is 'ftp://x', allowed is an http(s) URL")]
    [InlineData("TOKEN", "", "environment variable MODELOP_PREDICTION_LOG_TOKEN is not set")]
    [InlineData("TOKEN", "sec\nret", "MODELOP_PREDICTION_LOG_TOKEN has characters that no token has")]
    [InlineData("RATE", "1.1", "MODELOP_PREDICTION_LOG_RATE is '1.1', allowed is a number from 0 to 1")]
    [InlineData("RATE", "NaN", "MODELOP_PREDICTION_LOG_RATE is 'NaN', allowed is a number from 0 to 1")]
    [InlineData("ACKNOWLEDGE", "kept", "MODELOP_PREDICTION_LOG_ACKNOWLEDGE is 'kept', allowed is Counted or Kept")]
    [InlineData("REDACT", "age", "MODELOP_PREDICTION_LOG_REDACT is 'age', allowed is a JSON array of texts")]
    [InlineData("REDACT", "[null]", "MODELOP_PREDICTION_LOG_REDACT is '[null]', allowed is a JSON array of texts")]
    public void A_wrong_setting_is_named_and_the_token_is_never_quoted(string name, string value, string expected)
    {
        var variables = new Dictionary<string, string> { ["URL"] = "http://x:1/v1/predictions", ["TOKEN"] = "s3cret", ["RATE"] = "0.5", ["REDACT"] = "[\"a,b\"]" };
        PredictionLogOptions? Read() => PredictionLogOptions.Read(variable => variables.GetValueOrDefault(variable["MODELOP_PREDICTION_LOG_".Length..]) is { Length: > 0 } text ? text : null);
        var sound = Read()!;
        Assert.Equal((0.5, "a,b", "s3cret"), (sound.Rate, sound.Redact.Single(), sound.Token));
        Assert.DoesNotContain("s3cret", sound.ToString(), StringComparison.Ordinal);
        Assert.False(sound.KeepsTruths);
        variables["ACKNOWLEDGE"] = "Kept";
        Assert.True(Read()!.KeepsTruths);
        variables[name] = value;
        Assert.Equal(expected, Assert.Throws<ArgumentException>(Read).Message);
        variables["URL"] = "";
        Assert.Null(Read());
    }

    internal static PredictionLogOptions Options(Uri? url = null) => new(url ?? new Uri("http://127.0.0.1:1/v1/predictions"), "s3cret", 1) { Fill = TimeSpan.FromMilliseconds(20) };

    private static ServerOptions With(PredictionLogOptions log) => ServerHarness.Options("/nowhere") with { PredictionLog = log };

    private static LogBatch Batch() => new(Options(), static names => Assert.Fail(names));

    private static int Value(PredictionLog log, string result)
    {
        var series = $$"""modelop_prediction_log_total{model="toys",version="toys-3",result="{{result}}"} """;
        return int.Parse(log.Expose().Split('\n').Single(line => line.StartsWith(series, StringComparison.Ordinal)).AsSpan(series.Length), System.Globalization.CultureInfo.InvariantCulture);
    }
}
