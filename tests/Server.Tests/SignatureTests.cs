using System.Collections;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Hosting;

namespace ModelOperator.Server.Tests;

/// <summary>A model has to keep what its version promises.</summary>
public sealed class SignatureTests
{
    /// <summary>What the operator writes, word for word.</summary>
    private const string Signature =
        """{"inputs":[{"name":"size","type":"Numeric","optional":false},{"name":"grade","type":"Categorical","optional":false},{"name":"age","type":"Numeric","optional":true}],"outputs":[{"name":"y","type":"Numeric","optional":false}]}""";

    [Theory]
    [InlineData("age", "old", "the signature has input 'old', the model has no such feature")]
    [InlineData("\"grade\",\"type\":\"Categorical\"", "\"grade\",\"type\":\"Numeric\"", "input 'grade' is Numeric in the signature, Categorical in the model")]
    [InlineData("\"size\",\"type\":\"Numeric\",\"optional\":false", "\"size\",\"type\":\"Numeric\",\"optional\":true", "input 'size' is optional in the signature, but the model was trained without missing values for it")]
    [InlineData(",{\"name\":\"age\",\"type\":\"Numeric\",\"optional\":true}", "", "the model takes feature 'age', which the signature lacks")]
    [InlineData("\"y\",\"type\":\"Numeric\"", "\"y\",\"type\":\"Probability\"", "the signature has outputs 'y' (Probability), the model answers 'y' (Numeric)")]
    [InlineData("\"y\"", "\"price\"", "the signature has outputs 'price' (Numeric), the model answers 'y' (Numeric)")]
    public async Task A_model_that_does_not_keep_it_is_not_served(string text, string instead, string message)
    {
        var folder = await ServerHarness.TrainAsync();
        var options = Promised(ServerHarness.Options(folder), Signature.Replace(text, instead, StringComparison.Ordinal)) with { TerminationLog = Path.Combine(folder, "log") };
        Assert.Equal(65, await ServerHost.RunAsync(options, TimeProvider.System));
        Assert.Contains($"the model does not keep its version's signature: {message}", await File.ReadAllTextAsync(options.TerminationLog), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_model_that_keeps_it_is_served_and_may_take_more_nulls_than_promised()
    {
        await using var server = await ServerHarness.StartAsync(options => Promised(options, Signature.Replace("true", "false", StringComparison.Ordinal)));
        Assert.Equal(200, (await server.PostAsync("/predict", """{"features": {"size": 1.5, "grade": "good", "age": null}}""")).Status);
    }

    [Fact]
    public async Task Answers_of_classes_have_types_of_their_own()
    {
        await using var server = await ServerHarness.StartAsync(
            options => Promised(options, Signature.Replace("\"y\",\"type\":\"Numeric\"", "\"level\",\"type\":\"Categorical\"", StringComparison.Ordinal)),
            ("TARGET", "level"), ("DROP_COLUMNS", "y,high"), ("OBJECTIVE", "Multiclass"));
        Assert.Equal(200, (await server.GetAsync("/v2/health/ready")).Status);
    }

    private static ServerOptions Promised(ServerOptions options, string signature) => options with { Models = [options.Models[0] with { Signature = Parse(signature) }] };

    private static SignatureDocument? Parse(string json) => ServerOptions.Read(new Hashtable
    {
        ["MODELOP_MODEL_NAME"] = "m",
        ["MODELOP_MODEL_VERSION"] = "m-1",
        ["MODELOP_MODEL_DIR"] = "/m",
        ["MODELOP_MODEL_SIGNATURE"] = json,
    }).Models[0].Signature;
}
