using System.Text;
using ModelOperator.CanaryDeployments;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>What a spec says about logging predictions is judged, and reaches the model server.</summary>
public sealed class ServerPredictionLogTests
{
    private static readonly OperatorOptions Taking = Options with { PredictionsUrl = "http://predictions:8084" };

    [Theory]
    [InlineData("0", true)]
    [InlineData("1", true)]
    [InlineData("1.0", true)]
    [InlineData("0.001", true)]
    [InlineData("1.0001", false)]
    [InlineData("-0.1", false)]
    [InlineData("10%", false)]
    [InlineData("NaN", false)]
    [InlineData("", false)]
    public void A_share_is_a_number_from_0_to_1(string rate, bool isSound)
    {
        var problems = CanaryValidation.Problems(Canary(new() { SampleRate = rate }));
        Assert.Equal(isSound, problems.Count == 0);
        Assert.All(problems, problem => Assert.StartsWith($"spec.server.predictionLog.sampleRate: \"{rate}\" is not allowed; it must be a number from 0 to 1", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Redacted_names_are_few_and_each_is_there_once()
    {
        Assert.Empty(CanaryValidation.Problems(Canary(new() { SampleRate = "1", Redact = ["a", "b,c", "*"] })));
        Assert.Equal(
            ["spec.server.predictionLog.redact[1]: \"\" is empty, longer than 256 characters or named twice.", "spec.server.predictionLog.redact[2]: \"a\" is empty, longer than 256 characters or named twice."],
            CanaryValidation.Problems(Canary(new() { SampleRate = "1", Redact = ["a", "", "a"] })));
        Assert.Equal(
            ["spec.server.predictionLog.redact: has 257 names; allowed are 256."],
            CanaryValidation.Problems(Canary(new() { SampleRate = "1", Redact = [.. Enumerable.Range(0, 257).Select(static i => $"f{i}")] })));
    }

    [Fact]
    public void Where_nothing_takes_predictions_admission_says_so_instead_of_logging_nothing_in_silence()
    {
        var asking = Canary(new() { SampleRate = "1" });
        Assert.Contains("MODELOP_PREDICTIONS_URL", CanaryDeploymentAdmission.Refusal(null, asking, Options)!, StringComparison.Ordinal);
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, asking, Taking));
        Assert.Null(CanaryDeploymentAdmission.Refusal(asking, asking, Options));
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, Canary(null), Options));
    }

    [Fact]
    public void The_server_learns_rate_names_address_and_where_its_token_is()
    {
        var canary = Canary(new() { SampleRate = "0.25", Redact = ["zip, code", "age"] });
        var (plain, logging) = (Deployment(Canary(null), Taking), Deployment(canary, Taking));
        Assert.Equal(
            [
                "MODELOP_PREDICTION_LOG_URL=http://predictions:8084/v1/predictions", "MODELOP_PREDICTION_LOG_TOKEN=secret diamonds-2/predictions-token",
                "MODELOP_PREDICTION_LOG_RATE=0.25", "MODELOP_PREDICTION_LOG_REDACT=[\"zip, code\",\"age\"]",
            ],
            Variables(logging).Except(Variables(plain)).Select(line => line.Replace(canary.Metadata.Name + "-2/", "diamonds-2/", StringComparison.Ordinal)));
        Assert.Empty(Variables(plain).Except(Variables(logging)));
        Assert.NotEqual(plain.Metadata.Annotations![CanaryWorkload.InputsAnnotation], logging.Metadata.Annotations![CanaryWorkload.InputsAnnotation]);
        Assert.Equal(Variables(plain), Variables(Deployment(canary, Options)));
    }

    [Fact]
    public void The_server_learns_what_200_to_feedback_promises_where_it_is_more_than_by_default()
    {
        Assert.Empty(Variables(Deployment(Canary(new() { SampleRate = "1", Acknowledge = TruthAcknowledgement.Counted }), Taking)).Except(Variables(Deployment(Canary(new() { SampleRate = "1" }), Taking))));
        Assert.Equal(
            ["MODELOP_PREDICTION_LOG_ACKNOWLEDGE=Kept"],
            Variables(Deployment(Canary(new() { SampleRate = "1", Acknowledge = TruthAcknowledgement.Kept }), Taking)).Except(Variables(Deployment(Canary(new() { SampleRate = "1" }), Taking))));
    }

    [Fact]
    public void Only_Secrets_of_servers_that_log_hold_a_token()
    {
        var credentials = new CanaryCredentials("read", "key", "log-token");
        Assert.Equal("log-token", Encoding.UTF8.GetString(CanaryWorkload.Secret(Canary(new() { SampleRate = "1" }), "diamonds-2", credentials).Data!["predictions-token"]));
        // A steady canary's Secret is not written anew by an upgrade.
        Assert.Equal(["feedback-key", "store-token"], CanaryWorkload.Secret(Canary(null), "diamonds-2", credentials).Data!.Keys.Order(StringComparer.Ordinal));
    }

    private static V1CanaryDeployment Canary(ServerPredictionLog? log) => Of(Spec() with { Server = new() { PredictionLog = log } });

    private static V1Deployment Deployment(V1CanaryDeployment canary, OperatorOptions options) => CanaryWorkload.Deployment(canary, Version("diamonds-2"), 1, options, null);

    private static List<string> Variables(V1Deployment deployment) =>
        [.. deployment.Spec!.Template!.Spec!.Containers.Single().Env!.Select(static v => $"{v.Name}={v.Value ?? $"secret {v.ValueFrom!.SecretKeyRef!.Name}/{v.ValueFrom.SecretKeyRef.Key}"}")];
}
