using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace ModelOperator.Server.Tests;

/// <summary>The inference protocol's binary tensor extension.</summary>
public sealed class BinaryTensorTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Infer = "/v2/models/toys/infer";
    private const string Header = "Inference-Header-Content-Length";

    private readonly ServerHarness _server = shared.Server;

    [Theory]
    [InlineData("FP64", "FP64")]
    [InlineData("FP32", "INT64")]
    [InlineData("FP16", "INT8")]
    [InlineData("INT32", "UINT32")]
    [InlineData("UINT8", "UINT16")]
    [InlineData("INT16", "UINT64")]
    public async Task Columns_behind_the_JSON_predict_what_they_predict_within_it(string size, string age)
    {
        byte[] tail = [.. Numbers(size, 1, 2), .. Texts("good", "best"), .. Numbers(age, 3, 4)];
        var json = Inputs(Column("size", size, 2, Numbers(size, 1, 2).Length), Column("grade", "BYTES", 2, 16), Column("age", age, 2, Numbers(age, 3, 4).Length));
        var (status, reply, rest) = await PostAsync(_server, json, tail);
        Assert.Equal((200, 0), (status, rest.Length));
        Assert.Equal(await PredictAsync(_server, """{"size":1,"grade":"good","age":3},{"size":2,"grade":"best","age":4}"""), Values(reply));
    }

    [Fact]
    public async Task A_matrix_may_hold_NaN_for_what_is_missing()
    {
        var (status, reply, _) = await PostAsync(_server, Inputs("""{"name":"x","datatype":"FP32","shape":[2,3],"parameters":{"binary_data_size":24}}"""), Numbers("FP32", 1, 2, double.NaN, 2, 3, 4));
        Assert.Equal(200, status);
        Assert.Equal(await PredictAsync(_server, """{"size":1,"grade":"good","age":null},{"size":2,"grade":"best","age":4}"""), Values(reply));
        (status, reply, _) = await PostAsync(_server, Inputs("""{"name":"x","datatype":"FP32","shape":[1,3],"parameters":{"binary_data_size":12}}"""), Numbers("FP32", double.NaN, 2, 3));
        Assert.Equal((422, true), (status, reply.GetProperty("error").GetString()!.Contains("feature 'size' is missing", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Outputs_come_behind_the_JSON_where_they_are_asked_for_so()
    {
        const string Matrix = """{"name":"x","datatype":"FP32","shape":[2,3],"data":[1,2,3,2,3,4]}""";
        var expected = await PredictAsync(_server, """{"size":1,"grade":"good","age":3},{"size":2,"grade":"best","age":4}""");
        var (_, reply, tail) = await PostAsync(_server, Inputs(Matrix, """ "outputs":[{"name":"prediction","parameters":{"binary_data":true}},{"name":"prediction_id"}]"""), [], header: null);
        Assert.Equal(8, reply.GetProperty("outputs")[0].GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        Assert.Equal(expected, MemoryMarshal.Cast<byte, float>(tail).ToArray().Select(static value => (double)value), Close);
        Assert.Equal(2, reply.GetProperty("outputs")[1].GetProperty("data").GetArrayLength());
        (_, reply, tail) = await PostAsync(_server, Inputs(Matrix, """ "parameters":{"binary_data_output":true},"outputs":[{"name":"prediction","parameters":{"binary_data":false}},{"name":"prediction_id"}]"""), [], header: null);
        Assert.Equal(expected, Values(reply));
        Assert.Equal(("toys-3~", 2), (Read(tail)[0][..7], Read(tail).Count));
        Assert.Equal(tail.Length, reply.GetProperty("outputs")[1].GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
    }

    [Fact]
    public async Task Labels_and_probabilities_of_several_classes_come_behind_the_JSON()
    {
        await using var server = await ServerHarness.StartAsync(("TARGET", "level"), ("DROP_COLUMNS", "y,high"), ("OBJECTIVE", "Multiclass"), ("LEARNER", "Linear"), ("ROUNDS", ""));
        var (status, reply, tail) = await PostAsync(server, Inputs("""{"name":"x","datatype":"FP64","shape":[1,3],"parameters":{"binary_data_size":24}}""", """ "parameters":{"binary_data_output":true}"""), Numbers("FP64", 1, 2, 3));
        Assert.Equal(200, status);
        var sizes = reply.GetProperty("outputs").EnumerateArray().Select(static output => output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32()).ToList();
        Assert.Equal((5, 12, tail.Length), (sizes[0], sizes[1], sizes.Sum()));
        Assert.Contains(Read(tail.AsSpan(0, 5))[0], (string[])["0", "1", "2"]);
        Assert.Equal(1, MemoryMarshal.Cast<byte, float>(tail.AsSpan(5, 12)).ToArray().Sum(), 1e-5);
    }

    [Theory]
    [InlineData("FP32", "[1,3]", "12", 8, null, 400, "has a binary_data_size of 12, but only 8 bytes are left")]
    [InlineData("FP32", "[1,3]", "12", 13, null, 400, "1 bytes stand behind the last tensor")]
    [InlineData("FP32", "[1,3]", "8", 8, null, 400, "which is 3 elements, but 2 elements of data")]
    [InlineData("FP32", "[1,3]", "11", 11, null, 400, "ends within element 2")]
    [InlineData("BYTES", "[1,3]", "3", 3, null, 400, "ends within the length of a text")]
    [InlineData("BYTES", "[1,3]", "4", 4, "FFFFFFFF", 400, "ends within element 0")]
    [InlineData("BYTES", "[1]", "6", 6, "02000000C328", 400, "element 0 of input 'x' is not UTF-8")]
    [InlineData("FP32", "[1,3]", "-1", 0, null, 400, "parameter 'binary_data_size' must be a whole number from 0 on")]
    [InlineData("FP32", "[1,3]", "1.5", 0, null, 400, "must be a whole number")]
    [InlineData("FP32", "[1,3]", "\"12\"", 12, null, 400, "must be a whole number")]
    [InlineData("FP32", "[1,3]", "9223372036854775807", 12, null, 400, "but only 12 bytes are left")]
    [InlineData("BF16", "[1,3]", "6", 6, null, 400, "datatype 'BF16', which the protocol does not have")]
    [InlineData("FP32", "[0,3]", "0", 0, null, 422, "the inputs have no rows")]
    [InlineData("UINT8", "[10001,3]", "30003", 30003, null, 413, "more than 10000 rows")]
    public async Task Bytes_that_are_not_what_the_JSON_says_are_told_apart(string type, string shape, string size, int length, string? hex, int status, string message)
    {
        var json = Inputs($$$"""{"name":"x","datatype":"{{{type}}}","shape":{{{shape}}},"parameters":{"binary_data_size":{{{size}}}}}""");
        var (actual, reply, _) = await PostAsync(_server, json, hex is null ? new byte[length] : Convert.FromHexString(hex));
        Assert.Equal(status, actual);
        Assert.Contains(message, reply.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9999", 400, "but the body has")]
    [InlineData("-1", 400, "expected the number of bytes of the JSON")]
    [InlineData("many", 400, "expected the number of bytes of the JSON")]
    [InlineData("99999999999", 400, "expected the number of bytes of the JSON")]
    [InlineData("0", 400, "the body is empty")]
    [InlineData("5", 400, "malformed JSON")]
    public async Task A_wrong_length_of_the_JSON_is_a_client_error(string header, int status, string message)
    {
        var (actual, reply, _) = await PostAsync(_server, Inputs("""{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3]}"""), [], header);
        Assert.Equal(status, actual);
        Assert.Contains(message, reply.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3],"parameters":{"binary_data_size":12}}]}""", "has both 'data' and 'binary_data_size'")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3]}],"parameters":{"binary_data_output":1}}""", "parameter 'binary_data_output' must be true or false")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3]}],"parameters":[]}""", "'parameters' holds an array")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3]}],"outputs":[{}]}""", "an output has no 'name'")]
    public async Task Parameters_that_make_no_sense_are_refused(string json, string message)
    {
        var (status, reply) = await _server.PostAsync(Infer, json);
        Assert.Equal(400, status);
        Assert.Contains(message, reply.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_paths_take_JSON_alone()
    {
        using var content = Content("{}", [], "2");
        using var reply = await _server.Client.PostAsync(new Uri("/predict", UriKind.Relative), content);
        Assert.Equal(415, (int)reply.StatusCode);
    }

    [Fact]
    public void Good_requests_with_bytes_changed_cut_or_repeated_never_make_a_server_error()
    {
        var json = Inputs(Column("size", "FP64", 2, 16), Column("grade", "BYTES", 2, 16), Column("age", "FP32", 2, 8));
        byte[] good = [.. Encoding.UTF8.GetBytes(json), .. Numbers("FP64", 1, 2), .. Texts("good", "best"), .. Numbers("FP32", 3, double.NaN)];
        var bodies = from at in Gen.Choose(0, good.Length - 1)
                     from length in Gen.Choose(0, Math.Min(12, good.Length - at))
                     from put in Gen.OneOf(Gen.Constant(Array.Empty<byte>()), ArbMap.Default.GeneratorFor<byte>().ArrayOf(), Gen.Elements(good[..at], good[at..]))
                     from header in Gen.Frequency((4, Gen.Constant(json.Length)), (1, Gen.Choose(0, good.Length + 20)))
                     select (Body: (byte[])[.. good[..at], .. put, .. good[(at + length)..]], Header: header);
        Prop.ForAll(bodies.ToArbitrary(), sent =>
        {
            // The property is synchronous, the test thread is free to wait.
            var status = Task.Run(() => PostAsync(_server, "", sent.Body, sent.Header.ToString(CultureInfo.InvariantCulture))).GetAwaiter().GetResult().Status;
            return status is 200 or (>= 400 and < 500);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    private static bool Close(double left, double right) => Math.Abs(left - right) <= 1e-6 * Math.Abs(left);

    private static string Inputs(string inputs, string more = "") => $$"""{"inputs":[{{inputs}}]{{(more.Length == 0 ? "" : "," + more)}}}""";

    private static string Inputs(params string[] columns) => Inputs(string.Join(',', columns), "");

    private static string Column(string name, string type, int rows, int size) =>
        string.Create(CultureInfo.InvariantCulture, $$$"""{"name":"{{{name}}}","datatype":"{{{type}}}","shape":[{{{rows}}}],"parameters":{"binary_data_size":{{{size}}}}}""");

    private static byte[] Numbers(string type, params double[] values) => [.. values.SelectMany(value => type switch
    {
        "FP64" => BitConverter.GetBytes(value),
        "FP32" => BitConverter.GetBytes((float)value),
        "FP16" => BitConverter.GetBytes((Half)value),
        "INT64" or "UINT64" => BitConverter.GetBytes((long)value),
        "INT32" or "UINT32" => BitConverter.GetBytes((int)value),
        "INT16" or "UINT16" => BitConverter.GetBytes((short)value),
        _ => new[] { (byte)value },
    })];

    private static byte[] Texts(params string[] texts) => [.. texts.SelectMany(static text => BitConverter.GetBytes(text.Length).Concat(Encoding.UTF8.GetBytes(text)))];

    private static List<string> Read(ReadOnlySpan<byte> texts)
    {
        var read = new List<string>();
        while (!texts.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(texts);
            read.Add(Encoding.UTF8.GetString(texts.Slice(4, length)));
            texts = texts[(4 + length)..];
        }

        return read;
    }

    private static IEnumerable<double> Values(JsonElement reply) => reply.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(static value => value.GetDouble());

    private static async Task<IEnumerable<double>> PredictAsync(ServerHarness server, string rows)
    {
        var (_, reply) = await server.PostAsync("/predict", $$"""{"instances":[{{rows}}]}""");
        return reply.GetProperty("predictions").EnumerateArray().Select(static row => row.GetProperty("prediction").GetDouble());
    }

    private static Task<(int Status, JsonElement Reply, byte[] Tail)> PostAsync(ServerHarness server, string json, byte[] tail) =>
        PostAsync(server, json, tail, json.Length.ToString(CultureInfo.InvariantCulture));

    private static async Task<(int Status, JsonElement Reply, byte[] Tail)> PostAsync(ServerHarness server, string json, byte[] tail, string? header)
    {
        using var content = Content(json, tail, header);
        using var reply = await server.Client.PostAsync(new Uri(Infer, UriKind.Relative), content);
        var body = await reply.Content.ReadAsByteArrayAsync();
        var length = reply.Headers.TryGetValues(Header, out var values) ? int.Parse(values.Single(), CultureInfo.InvariantCulture) : body.Length;
        return ((int)reply.StatusCode, JsonElement.Parse(body.AsSpan(0, length)), body[length..]);
    }

    private static ByteArrayContent Content(string json, byte[] tail, string? header)
    {
        var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes(json), .. tail]);
        content.Headers.ContentType = new MediaTypeHeaderValue(header is null ? "application/json" : "application/octet-stream");
        if (header is not null)
            content.Headers.TryAddWithoutValidation(Header, header);
        return content;
    }
}
