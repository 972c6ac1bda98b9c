using System.Globalization;
using ModelOperator.ModelFormat;
using ModelOperator.XGBoost;

namespace ModelOperator.Server.Tests;

public sealed class PredictTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Row = """{"size": 1.5, "grade": "good", "age": 3}""";

    private readonly ServerHarness _server = shared.Server;

    [Fact]
    public async Task Predictions_equal_the_trainer_s_to_1e_5()
    {
        var bundle = await ModelBundle.LoadAsync(_server.ModelDirectory, CancellationToken.None);
        var grades = bundle.Document.Features[1].Categories!;
        var rows = Enumerable.Range(0, 500).Select(i => (Size: i * 7 % 83 / 21f, Grade: i * 5 % 4, Age: i % 9 == 0 ? float.NaN : i % 17)).ToList();
        float[] values = [.. rows.SelectMany(row => new[] { row.Size, row.Grade, row.Age })];
        using var booster = Booster.Load(bundle.Learned.Span);
        using var matrix = DMatrix.FromDense(values, 3, new float[rows.Count], 1);
        var expected = booster.Predict(matrix);
        var body = string.Join(',', rows.Select(row => string.Create(
            CultureInfo.InvariantCulture, $$"""{"age":{{(float.IsNaN(row.Age) ? "null" : row.Age)}},"grade":"{{grades[row.Grade]}}","size":{{row.Size:R}}}""")));
        var (status, reply) = await _server.PostAsync("/predict/batch", $$"""{"instances":[{{body}}]}""");
        Assert.Equal(200, status);
        var predictions = reply.GetProperty("predictions").EnumerateArray().Select(item => item.GetProperty("prediction").GetDouble()).ToList();
        Assert.Equal(rows.Count, predictions.Count);
        Assert.All(predictions.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5 * Math.Max(1, Math.Abs(pair.Second))));
    }

    [Fact]
    public async Task One_row_has_one_prediction_with_an_id_of_this_version()
    {
        var (status, reply) = await _server.PostAsync("/predict", $$"""{"features": {{Row}}}""");
        Assert.Equal(200, status);
        Assert.StartsWith("toys-3~", reply.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.InRange(reply.GetProperty("prediction").GetDouble(), 15, 32);
        Assert.Equal(("toys", "toys-3"), (reply.GetProperty("model").GetString(), reply.GetProperty("version").GetString()));
    }

    [Theory]
    [InlineData("", 400, "the body is empty")]
    [InlineData("[]", 400, "must be a JSON object")]
    [InlineData("{}", 400, "neither 'features' nor 'instances'")]
    [InlineData("{\"feature\": {}}", 400, "unknown property 'feature'")]
    [InlineData("{\"features\": 1}", 400, "a row is a number")]
    [InlineData("{\"features\": {\"size\": 1,}}", 400, "malformed JSON at line 1, byte ")]
    [InlineData("{\"features\":\n {\"size\": 1 \"grade\"", 400, "malformed JSON at line 2, byte ")]
    [InlineData("{\"features\": {\"size\": 1, \"grade\": \"good\", \"age\": 1}} x", 400, "malformed JSON")]
    [InlineData("{\"features\": {\"size\": NaN}}", 400, "malformed JSON")]
    [InlineData("{\"features\": {\"size\": [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}}", 422, "feature 'size' is an array")]
    [InlineData("{\"instances\": [[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]}", 400, "instance 0: a row is an array")]
    [InlineData("{\"features\": {\"size\": \"1\", \"grade\": \"good\", \"age\": 1}}", 422, "feature 'size' is the text '1', expected a number")]
    [InlineData("{\"features\": {\"size\": 1, \"grade\": 2, \"age\": 1}}", 422, "feature 'grade' is a number, expected a text")]
    [InlineData("{\"features\": {\"size\": 1e39, \"grade\": \"good\", \"age\": 1}}", 422, "feature 'size' is not a finite 32-bit number")]
    [InlineData("{\"features\": {\"size\": 1e999, \"grade\": \"good\", \"age\": 1}}", 422, "feature 'size' is not a finite 32-bit number")]
    [InlineData("{\"features\": {\"grade\": \"good\", \"age\": 1}}", 422, "feature 'size' is missing")]
    [InlineData("{\"features\": {\"size\": null, \"grade\": \"good\", \"age\": 1}}", 422, "feature 'size' is missing")]
    [InlineData("{\"features\": {\"size\": 1, \"grade\": \"odd\", \"age\": 1}}", 422, "feature 'grade' has unknown category 'odd'; allowed are poor, fair, good, best")]
    [InlineData("{\"features\": {\"size\": 1, \"grade\": \"good\", \"age\": 1, \"y\": 2}}", 422, "unknown feature 'y'; the model takes size, grade, age")]
    [InlineData("{\"features\": {\"size\": 1, \"size\": 1, \"grade\": \"good\"}}", 422, "feature 'size' is given twice")]
    [InlineData("{\"instances\": []}", 422, "'instances' is empty")]
    [InlineData("{\"instances\": [{\"size\": 1, \"grade\": \"good\"}, {\"size\": true}]}", 422, "instance 1: feature 'size' is a boolean")]
    [InlineData("{\"features\": {\"size\": 1, \"grade\": \"\\uD800\", \"age\": 1}}", 400, "not valid Unicode")]
    public async Task A_bad_request_is_told_what_is_wrong(string body, int status, string message)
    {
        var (actual, reply) = await _server.PostAsync("/predict", body);
        Assert.Equal(status, actual);
        Assert.Contains(message, reply.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=latin1")]
    [InlineData(null)]
    public async Task Only_JSON_in_UTF_8_is_taken(string? type) =>
        Assert.Equal(415, (await _server.PostAsync("/predict", "{}"u8.ToArray(), type)).Status);

    [Theory]
    [InlineData("gzip", 415)]
    [InlineData("gzip, identity", 415)]
    [InlineData("identity", 200)]
    public async Task A_body_is_taken_as_it_is_and_not_compressed(string encoding, int status)
    {
        using var content = new StringContent("""{"features": {"size": 1, "grade": "good", "age": 3}}""", System.Text.Encoding.UTF8, "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var response = await _server.Client.PostAsync(new Uri("/predict", UriKind.Relative), content);
        Assert.Equal(status, (int)response.StatusCode);
        if (status == 415)
            Assert.Contains($"content encoding '{encoding}' is not supported", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_feature_that_may_be_missing_equals_null()
    {
        var (_, absent) = await _server.PostAsync("/predict", """{"features": {"size": 1, "grade": "good"}}""");
        var (_, explicitly) = await _server.PostAsync("/predict", """{"features": {"size": 1, "grade": "good", "age": null}}""");
        Assert.Equal(explicitly.GetProperty("prediction").GetDouble(), absent.GetProperty("prediction").GetDouble());
    }

    [Fact]
    public async Task Ten_thousand_rows_are_predicted_and_one_more_is_refused()
    {
        string Rows(int count) => $$"""{"instances":[{{string.Join(',', Enumerable.Repeat(Row, count))}}]}""";
        Assert.Equal(200, (await _server.PostAsync("/predict/batch", Rows(10_000))).Status);
        Assert.Equal(413, (await _server.PostAsync("/predict/batch", Rows(10_001))).Status);
    }

    [Fact]
    public async Task A_body_over_8_MiB_is_refused()
    {
        var (status, reply) = await _server.PostAsync("/predict", new byte[(8 << 20) + 1]);
        Assert.Equal(413, status);
        Assert.Contains("8388608", reply.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/predict")]
    [InlineData("/feedback")]
    [InlineData("/v2/models/toys/infer")]
    public async Task Scoring_takes_POST_only(string path) => Assert.Equal(405, (await _server.GetAsync(path)).Status);

    [Fact]
    public async Task The_batch_path_wants_a_list() =>
        Assert.Equal(400, (await _server.PostAsync("/predict/batch", $$"""{"features": {{Row}}}""")).Status);

    [Fact]
    public async Task Many_callers_at_once_get_their_own_answers()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 400).Select(async i =>
        {
            var (_, reply) = await _server.PostAsync("/predict", $$"""{"features": {"grade": "good", "age": 3, "size": {{i % 4}} } }""");
            return (Size: i % 4, Prediction: reply.GetProperty("prediction").GetDouble(), Id: reply.GetProperty("id").GetString());
        }));
        Assert.All(replies.GroupBy(reply => reply.Size), group => Assert.Single(group.Select(reply => reply.Prediction).Distinct()));
        Assert.Equal(4, replies.Select(reply => reply.Prediction).Distinct().Count());
        Assert.Equal(400, replies.Select(reply => reply.Id).Distinct().Count());
    }
}
