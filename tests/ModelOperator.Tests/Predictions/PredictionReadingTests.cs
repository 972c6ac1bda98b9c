using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Predictions;

namespace ModelOperator.Tests.Predictions;

/// <summary>Batches become rows, or are told why not.</summary>
public sealed class PredictionReadingTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ServedVersion Toys = new("ml", "toys", "toys", "toys-3");

    [Theory]
    [InlineData("""{"id":"toys-2~a"}""", "id: 'toys-2~a' is not allowed: toys-3~ and")]
    [InlineData("""{"id":"toys-3~"}""", "id: 'toys-3~' is not allowed")]
    [InlineData("""{"id":"toys-3~a b"}""", "id: 'toys-3~a b' is not allowed")]
    [InlineData("""{"id":null}""", "id: '' is not allowed")]
    [InlineData("""{"at":"2026-02-01T00:10:01Z"}""", "at: '2026-02-01T00:10:01.0000000+00:00' is not allowed: a time, at most 10 minutes ahead of")]
    [InlineData("""{"at":null}""", "at: '' is not allowed")]
    [InlineData("""{"kind":"regression"}""", "kind: 'regression' is not allowed: one of Regression, Binary, Multiclass")]
    [InlineData("""{"prediction":1e999}""", "prediction: must be a finite number")]
    [InlineData("""{"prediction":null}""", "prediction: must be a finite number")]
    [InlineData("""{"features":[]}""", "features: is Array, expected an object")]
    [InlineData("""{"features":{"a":{"b":1}}}""", "features: each must be")]
    [InlineData("""{"features":{"a":true}}""", "features: each must be")]
    [InlineData("""{"features":{"a":1e400}}""", "features: each must be")]
    [InlineData("""{"features":{"a":"\ud800"}}""", "features: each must be")]
    [InlineData("""{"features":{"\ud800":1}}""", "features: each must be")]
    public void A_row_that_is_not_sound_is_refused_alone_by_field_value_and_what_is_allowed(string change, string reason)
    {
        var reading = Read($$"""{"predictions":[{{Row("{}")}},{{Row(change)}}],"truths":[null]}""");
        Assert.Equal(1, reading.Taken);
        Assert.StartsWith("predictions[1]." + reason, reading.Reasons[0], StringComparison.Ordinal);
        Assert.Equal("truths[0] is null, expected an object", reading.Reasons[1]);
        Assert.Single(Rows(reading, 0));
    }

    [Fact]
    public void Whose_predictions_they_are_is_what_the_token_says()
    {
        var reading = Read("""{"predictions":[{"id":"toys-3~a","at":"2026-01-31T12:00:00Z","kind":"Regression","prediction":1,"namespace":"other","canary":"other","model":"other","version":"other-1"}]}""");
        Assert.Equal(["ml", "toys", "toys", "toys-3"], reading.Rows.Single().Values.Take(4));
        Assert.DoesNotContain("other", (string)reading.Rows.Single().Values[4]!, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_server_writes_is_read_and_nothing_of_it_is_lost()
    {
        var reading = Read(PredictionContract.Batch);
        Assert.Empty(reading.Reasons);
        Assert.Equal(4, reading.Taken);
        var sent = JsonNode.Parse(PredictionContract.Batch)!;
        foreach (var (list, row) in new[] { ("predictions", 0), ("truths", 1) })
            Assert.True(JsonNode.DeepEquals(Normal(sent[list]!.AsArray()), Normal(Rows(reading, row))), $"{sent[list]} became {Rows(reading, row).ToJsonString()}");
    }

    [Fact]
    public void Characters_that_the_database_cannot_hold_are_replaced()
    {
        var reading = Read($$$"""{"predictions":[{{{Row("""{"label":"a\u0000b","features":{"n\u0000":"v\u0000","m":3.25}}""")}}}]}""");
        var row = Rows(reading, 0)[0]!;
        Assert.Equal("a\uFFFDb", (string?)row["label"]);
        Assert.Equal("""{"n�":"v�","m":3.25}""", row["features"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public void Nothing_is_written_for_an_empty_batch()
    {
        Assert.Empty(Read("{}").Rows);
        Assert.Empty(Read("""{"predictions":[],"truths":null}""").Rows);
    }

    [Fact]
    public void A_log_token_says_one_served_version_and_opens_no_other_door()
    {
        var tokens = new ArtifactTokens(ArtifactTokens.NewKey());
        var scope = tokens.Check(tokens.Issue(ArtifactScope.Log(Toys)), Now).Scope!;
        Assert.Equal(Toys, scope.Served);
        Assert.Null(scope.Namespace);
        foreach (var text in new[] { "log:ml/toys/toys", "log:ml/toys/toys/toys-3/x", "log:ml//toys/toys-3", "log:ml/to.ys/toys/toys-3", "log:" })
            Assert.False(ArtifactScope.TryParse(text, out _), text);
        Assert.Null(ArtifactScope.Write("ml", "uid").Served);
        Assert.Null(ArtifactScope.Admin.Served);
        Assert.Throws<ArgumentException>(() => ArtifactScope.Log(Toys with { Canary = "a/b" }));
    }

    private static PredictionReading Read(string json) => PredictionReading.Of(JsonSerializer.Deserialize(json, PredictionsJson.Default.PredictionBatch)!, Toys, Now);

    private static string Row(string change)
    {
        var row = JsonNode.Parse("""{"id":"toys-3~a","at":"2026-01-31T12:00:00Z","kind":"Regression","prediction":1,"features":{"a":1}}""")!.AsObject();
        foreach (var name in JsonDocument.Parse(change).RootElement.EnumerateObject().Select(static member => member.Name))
            row.Remove(name);
        // By text: half a character survives no node.
        return change == "{}" ? row.ToJsonString() : row.ToJsonString()[..^1] + "," + change[1..];
    }

    private static JsonArray Rows(PredictionReading reading, int row) => JsonNode.Parse((string)reading.Rows[row].Values[^1]!)!.AsArray();

    // Times are written in another precision.
    private static JsonArray Normal(JsonArray rows)
    {
        foreach (var row in rows)
            row!["at"] = DateTimeOffset.Parse((string)row["at"]!, System.Globalization.CultureInfo.InvariantCulture).ToString("O");
        return rows;
    }
}
