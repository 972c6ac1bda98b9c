using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace ModelOperator.Server.Tests;

public sealed class FuzzTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly string[] Fragments =
    [
        "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u0000", "\\uD800", "null", "true", "-", "1e400", "1E-400", "0.1", "99999999999999999999",
        "\"features\"", "\"instances\"", "\"size\"", "\"grade\"", "\"age\"", "\"good\"", "\"inputs\"", "\"outputs\"", "\"name\"", "\"shape\"", "\"datatype\"",
        "\"data\"", "\"FP32\"", "\"BYTES\"", "\"id\"", "\"truth\"", "\"predictions\"", "\"toys-3~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"", " ", "\n", "é", "\uFEFF",
    ];

    private static readonly string[] Good =
    [
        """{"features": {"size": 1.5, "grade": "good", "age": 3}}""",
        """{"instances": [{"size": 1.5, "grade": "good", "age": null}]}""",
        """{"id":"1","inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[[1,2,3]]}],"outputs":[{"name":"prediction"}]}""",
        """{"id":"toys-3~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","truth":1}""",
        """{"predictions":[{"id":"x","truth":1}]}""",
    ];

    private static readonly string[] Paths = ["/predict", "/predict/batch", "/v2/models/toys/infer", "/v2/models/toys/versions/3/infer", "/feedback", "/models/toys/predict", "/models/toys/feedback"];

    private readonly ServerHarness _server = shared.Server;

    [Fact]
    public void Random_JSON_fragments_never_make_a_server_error() => Check(
        Gen.Elements(Fragments).ArrayOf().Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))));

    [Fact]
    public void Random_bytes_never_make_a_server_error() => Check(ArbMap.Default.GeneratorFor<byte>().ArrayOf());

    [Fact]
    public void Good_requests_with_bytes_changed_cut_or_repeated_never_make_a_server_error() => Check(Changed());

    [Fact]
    public async Task Nor_do_they_with_a_linear_model_of_several_classes()
    {
        await using var server = await ServerHarness.StartAsync(
            ("TARGET", "level"), ("DROP_COLUMNS", "y,high"), ("OBJECTIVE", "Multiclass"), ("LEARNER", "Linear"), ("ROUNDS", ""));
        Check(Changed(), server);
    }

    private static Gen<byte[]> Changed() =>
        from text in Gen.Elements(Good)
        from at in Gen.Choose(0, text.Length - 1)
        from length in Gen.Choose(0, text.Length - at)
        from put in Gen.OneOf(
            Gen.Elements(Fragments).Select(Encoding.UTF8.GetBytes),
            ArbMap.Default.GeneratorFor<byte>().Select(value => new[] { value }),
            Gen.Constant(Encoding.UTF8.GetBytes(text)))
        select Splice(Encoding.UTF8.GetBytes(text), at, length, put);

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100_000)]
    public async Task Deep_nesting_is_a_client_error(int depth)
    {
        foreach (var path in Paths)
        {
            foreach (var key in new[] { "features", "instances", "inputs", "parameters", "truth", "predictions" })
            {
                var (status, _) = await _server.PostAsync(path, $$"""{"{{key}}":{{new string('[', depth)}}{{new string(']', depth)}}}""");
                Assert.InRange(status, 400, 499);
            }
        }
    }

    private static byte[] Splice(byte[] text, int at, int length, byte[] put) => [.. text[..at], .. put, .. text[(at + length)..]];

    private void Check(Gen<byte[]> bodies) => Check(bodies, _server);

    private static void Check(Gen<byte[]> bodies, ServerHarness server) =>
        Prop.ForAll(bodies.ToArbitrary(), Gen.Elements(Paths).ToArbitrary(), (body, path) =>
        {
            // The property is synchronous, the test thread is free to wait.
            var status = Task.Run(() => server.PostAsync(path, body)).GetAwaiter().GetResult().Status;
            return status is 200 or (>= 400 and < 500);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
}
