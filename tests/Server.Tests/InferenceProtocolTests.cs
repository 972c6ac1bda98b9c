using System.Text.Json;

namespace ModelOperator.Server.Tests;

public sealed class InferenceProtocolTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Infer = "/v2/models/toys/infer";
    private const string Size = """{"name":"size","shape":[2],"datatype":"FP64","data":[1,2]}""";
    private const string Grade = """{"name":"grade","shape":[2,1],"datatype":"BYTES","data":[["good"],["best"]]}""";
    private const string Age = """{"name":"age","shape":[2],"datatype":"INT32","data":[3,null]}""";

    private readonly ServerHarness _server = shared.Server;

    [Theory]
    [InlineData("/v2", "{\"name\":\"model-operator-server\",\"version\":\"0.1.0\",\"extensions\":[\"binary_tensor_data\"]}")]
    [InlineData("/v2/health/live", "{\"live\":true}")]
    [InlineData("/v2/health/ready", "{\"ready\":true}")]
    [InlineData("/v2/models/toys/ready", "{\"name\":\"toys\",\"ready\":true}")]
    [InlineData("/v2/models/toys/versions/toys-3/ready", "{\"name\":\"toys\",\"ready\":true}")]
    [InlineData("/v2/models/toys/versions/3/ready", "{\"name\":\"toys\",\"ready\":true}")]
    public async Task Small_answers_have_the_protocol_s_shape(string path, string expected)
    {
        var (status, body) = await _server.GetAsync(path);
        Assert.Equal((200, expected), (status, body.GetRawText()));
    }

    [Fact]
    public async Task Metadata_names_every_tensor()
    {
        var (_, body) = await _server.GetAsync("/v2/models/toys/versions/3");
        Assert.Equal("toys", body.GetProperty("name").GetString());
        Assert.Equal(["toys-3"], body.GetProperty("versions").EnumerateArray().Select(item => item.GetString()!));
        Assert.Equal(
            ["size FP64 [-1]", "grade BYTES [-1]", "age FP64 [-1]"],
            body.GetProperty("inputs").EnumerateArray().Select(item => $"{item.GetProperty("name")} {item.GetProperty("datatype")} {item.GetProperty("shape")}"));
    }

    [Theory]
    [InlineData("/v2/models/other")]
    [InlineData("/v2/models/other/ready")]
    [InlineData("/v2/models/toys/versions/4")]
    [InlineData("/v2/models/toys/versions/4/ready")]
    [InlineData("/v2/models/toys/nothing")]
    [InlineData("/v2/models/")]
    [InlineData("/nothing")]
    public async Task What_is_not_here_is_404_with_an_error(string path)
    {
        var (status, body) = await _server.GetAsync(path);
        Assert.Equal((404, JsonValueKind.String), (status, body.GetProperty("error").ValueKind));
    }

    [Fact]
    public async Task Columns_by_name_and_rows_by_predict_agree()
    {
        var (status, body) = await _server.PostAsync(Infer, $$"""{"id":"req-1","inputs":[{{Age}},{{Size}},{{Grade}}]}""");
        Assert.Equal(200, status);
        Assert.Equal(("toys", "toys-3", "req-1"),
            (body.GetProperty("model_name").GetString(), body.GetProperty("model_version").GetString(), body.GetProperty("id").GetString()));
        var output = body.GetProperty("outputs")[0];
        Assert.Equal(("prediction", "FP32", "[2]"),
            (output.GetProperty("name").GetString(), output.GetProperty("datatype").GetString(), output.GetProperty("shape").GetRawText()));
        var (_, rows) = await _server.PostAsync(
            "/predict", """{"instances":[{"size":1,"grade":"good","age":3},{"size":2,"grade":"best","age":null}]}""");
        Assert.Equal(
            rows.GetProperty("predictions").EnumerateArray().Select(item => item.GetProperty("prediction").GetDouble()),
            output.GetProperty("data").EnumerateArray().Select(item => item.GetDouble()));
        Assert.All(body.GetProperty("outputs")[1].GetProperty("data").EnumerateArray(),
            id => Assert.StartsWith("toys-3~", id.GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[1,2,3,2,3,4]")]
    [InlineData("[[1,2,3],[2,3,4]]")]
    public async Task A_numeric_matrix_takes_category_codes(string data)
    {
        var (status, body) = await _server.PostAsync(
            Infer, $$"""{"inputs":[{"name":"x","datatype":"FP32","shape":[2,3],"data":{{data}}}],"outputs":[{"name":"prediction"}]}""");
        Assert.Equal(200, status);
        var (_, rows) = await _server.PostAsync(
            "/predict", """{"instances":[{"size":1,"grade":"good","age":3},{"size":2,"grade":"best","age":4}]}""");
        Assert.Equal(
            rows.GetProperty("predictions").EnumerateArray().Select(item => item.GetProperty("prediction").GetDouble()),
            Assert.Single(body.GetProperty("outputs").EnumerateArray()).GetProperty("data").EnumerateArray().Select(item => item.GetDouble()));
    }

    [Theory]
    [InlineData("{}", 400, "'inputs' is missing or empty")]
    [InlineData("{\"inputs\":{}}", 400, "'inputs' is an object, expected an array")]
    [InlineData("{\"inputs\":[1]}", 400, "'inputs' holds a number")]
    [InlineData("{\"inputs\":[{\"name\":\"x\"}]}", 400, "an input ('x') has no 'datatype'")]
    [InlineData("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]}", 422, "has 2 columns, the model takes 3")]
    [InlineData("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2]}]}", 400, "3 elements, but 2 elements of data")]
    [InlineData("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,3],\"data\":[]}]}", 400, "negative length")]
    [InlineData("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[9223372036854775807,9223372036854775807],\"data\":[]}]}", 400, "elements of data")]
    [InlineData("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1.5],\"data\":[]}]}", 400, "'shape' must be")]
    [InlineData("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[0,3],\"data\":[]}]}", 422, "the inputs have no rows")]
    [InlineData("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,7,2]}]}", 422, "row 0: feature 'grade' takes category codes 0 to 3")]
    [InlineData("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FLOAT\",\"shape\":[1,3],\"data\":[1,2,3]}]}", 400, "datatype 'FLOAT'")]
    [InlineData("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]}]}", 422, "unknown input 'x'")]
    [InlineData("{\"inputs\":[{\"name\":\"size\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[\"a\"]}]}", 400, "element 0 is a text")]
    [InlineData("{\"inputs\":[{\"name\":\"size\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]}]}", 422, "row 0: feature 'grade' is missing")]
    [InlineData("{\"inputs\":[],\"outputs\":[]}", 400, "'inputs' is missing or empty")]
    [InlineData("{\"inputs\":[{\"name\":\"size\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[{}]}]}", 400, "tensor data holds an object")]
    public async Task A_bad_tensor_is_told_what_is_wrong(string body, int status, string message)
    {
        var (actual, reply) = await _server.PostAsync(Infer, body);
        Assert.Equal(status, actual);
        Assert.Contains(message, reply.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BOOL", "true", null)]
    [InlineData("BOOL", "1", null)]
    [InlineData("BOOL", "5", "5")]
    [InlineData("BOOL", "0.5", "0.5")]
    [InlineData("UINT8", "255", null)]
    [InlineData("UINT8", "256", "256")]
    [InlineData("UINT8", "-3.5", "-3.5")]
    [InlineData("INT8", "-128", null)]
    [InlineData("INT8", "-129", "-129")]
    [InlineData("UINT16", "65536", "65536")]
    [InlineData("INT16", "2.5", "2.5")]
    [InlineData("INT32", "3.0", null)]
    [InlineData("INT32", "2147483648", "2147483648")]
    [InlineData("UINT32", "4294967296", "4294967296")]
    [InlineData("INT64", "9223372036854775807", null)]
    [InlineData("INT64", "1e19", "1E+19")]
    [InlineData("UINT64", "-1", "-1")]
    [InlineData("UINT64", "18446744073709551615", null)]
    [InlineData("FP16", "0.1", null)]
    [InlineData("FP64", "1e30", null)]
    public async Task A_number_that_its_datatype_has_not_is_a_contradiction(string type, string number, string? told)
    {
        var body = $$"""{"inputs":[{"name":"size","shape":[2],"datatype":"{{type}}","data":[1,{{number}}]},{"name":"grade","shape":[2],"datatype":"BYTES","data":["good","good"]}]}""";
        var (status, reply) = await _server.PostAsync(Infer, body);
        Assert.Equal(told is null ? 200 : 400, status);
        if (told is not null)
            Assert.Equal($"input 'size' has datatype {type}, but element 1 is {told}", reply.GetProperty("error").GetString());
    }

    [Fact]
    public async Task An_unknown_output_is_refused() =>
        Assert.Equal(400, (await _server.PostAsync(Infer, $$"""{"inputs":[{{Size}},{{Grade}},{{Age}}],"outputs":[{"name":"y"}]}""")).Status);

    [Fact]
    public async Task Columns_of_other_lengths_are_refused() => Assert.Contains(
        "has 1 rows, but 'size' has 2",
        (await _server.PostAsync(Infer, $$"""{"inputs":[{{Size}},{"name":"age","shape":[1],"datatype":"FP32","data":[1]},{{Grade}}]}""")).Body.GetProperty("error").GetString(),
        StringComparison.Ordinal);

    [Fact]
    public async Task Model_info_describes_features_and_metrics()
    {
        var (_, info) = await _server.GetAsync("/model/info");
        Assert.StartsWith("sha256:", info.GetProperty("digest").GetString(), StringComparison.Ordinal);
        Assert.Equal("Categorical", info.GetProperty("features")[1].GetProperty("type").GetString());
        Assert.True(info.GetProperty("metrics").GetProperty("validation_r2").GetDouble() > 0.9);
    }
}
