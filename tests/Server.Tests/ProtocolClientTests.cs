using System.Net.Http.Headers;
using System.Text;

namespace ModelOperator.Server.Tests;

/// <summary>What clients that were written for other servers of the inference protocol send, byte for byte as far as it matters.</summary>
public sealed class ProtocolClientTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Matrix = """{"name":"x","shape":[2,3],"datatype":"FP32","data":[1,2,3,2,3,4]}""";

    private readonly ServerHarness _server = shared.Server;

    [Theory]
    // KServe: httpx is given bytes and names no type; the document names the model once more.
    [InlineData(null, $$"""{"id":"r1","model_name":"toys","inputs":[{{Matrix}}]}""")]
    // tritonclient of tensors within the JSON: geventhttpclient names no type either, aiohttp calls all bytes so.
    [InlineData(null, $$"""{"id":"r1","inputs":[{{Matrix}}],"outputs":[{"name":"prediction","parameters":{"binary_data":false} }],"parameters":{"timeout":100,"priority":1} }""")]
    [InlineData("application/octet-stream", $$"""{"id":"r1","inputs":[{{Matrix}}],"outputs":[{"name":"prediction","parameters":{"binary_data":false} }]}""")]
    // MLServer's and KServe's types as pydantic writes them, with all that is not given.
    [InlineData("application/json", $$"""
        {"id":"r1","parameters":null,"outputs":null,"inputs":[
            {"name":"size","shape":[2,1],"datatype":"INT64","parameters":{"content_type":"np","headers":null},"data":[1,2]},
            {"name":"grade","shape":[2,1],"datatype":"BYTES","parameters":{"content_type":"str"},"data":["good","best"]},
            {"name":"age","shape":[2,1],"datatype":"FP64","parameters":null,"data":[3,4]}]}
        """)]
    [InlineData("application/json", $$"""{"id":"r1","model_name":"toys","model_version":null,"parameters":{"binary_data_output":null},"inputs":[{{Matrix}}],"outputs":[{"name":"prediction","parameters":null}]}""")]
    public async Task Requests_of_other_servers_clients_are_answered(string? type, string body)
    {
        var (status, reply) = await _server.PostAsync("/v2/models/toys/infer", Encoding.UTF8.GetBytes(body), type);
        Assert.True(status == 200, $"{status} {reply.GetRawText()}");
        var (_, rows) = await _server.PostAsync("/predict", """{"instances":[{"size":1,"grade":"good","age":3},{"size":2,"grade":"best","age":4}]}""");
        Assert.Equal("r1", reply.GetProperty("id").GetString());
        Assert.Equal(
            rows.GetProperty("predictions").EnumerateArray().Select(static item => item.GetProperty("prediction").GetDouble()),
            reply.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(static item => item.GetDouble()));
    }

    [Fact]
    public async Task Null_is_no_id()
    {
        var (status, reply) = await _server.PostAsync("/v2/models/toys/infer", $$"""{"id":null,"inputs":[{{Matrix}}]}""");
        Assert.Equal((200, false), (status, reply.TryGetProperty("id", out _)));
    }

    [Theory]
    [InlineData("""{"model_name":7,"inputs":[]}""", "'model_name' is a number, expected a text")]
    [InlineData("""{"inputs":null}""", "'inputs' is null, expected an array")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":null}]}""", "an input ('x') has no 'data'")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":null,"parameters":{"binary_data_size":null}}]}""", "an input ('x') has no 'data'")]
    [InlineData("""{"inputs":[{"name":null}]}""", "'name' is null, expected a text")]
    public async Task What_a_request_needs_may_not_be_null(string body, string message)
    {
        var (status, reply) = await _server.PostAsync("/v2/models/toys/infer", body);
        Assert.Equal(400, status);
        Assert.Contains(message, reply.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v2/models/toys/infer", null, "https://elsewhere.example", 415)]
    [InlineData("/v2/models/toys/infer", null, "null", 415)]
    [InlineData("/v2/models/toys/infer", "text/plain", null, 415)]
    [InlineData("/v2/models/toys/infer", "application/x-www-form-urlencoded", null, 415)]
    [InlineData("/v2/models/toys/infer", null, null, 200)]
    [InlineData("/predict", null, null, 415)]
    [InlineData("/predict", "application/octet-stream", null, 415)]
    [InlineData("/feedback", null, null, 415)]
    public async Task A_page_of_another_origin_sends_no_body_unasked(string path, string? type, string? origin, int expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"inputs":[{{Matrix}}]}""")) };
        request.Content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        using var reply = await _server.Client.SendAsync(request);
        Assert.Equal(expected, (int)reply.StatusCode);
    }
}
