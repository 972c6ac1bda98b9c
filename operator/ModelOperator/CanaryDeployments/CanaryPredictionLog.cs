using System.Text;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Predictions;
using ModelOperator.Registry;

namespace ModelOperator.CanaryDeployments;

/// <summary>What a version's Pods are told about logging predictions; pure. Nothing where the spec or the installation has none.</summary>
public static class CanaryPredictionLog
{
    private const string TokenKey = "predictions-token";

    /// <summary>What to say where a spec asks for what this installation has not; null when there is nothing to say.</summary>
    /// <param name="canary">The object.</param>
    /// <param name="options">Settings of the installation.</param>
    public static string? Refusal(V1CanaryDeployment canary, OperatorOptions options) => canary.Spec.Server?.PredictionLog is null || options.PredictionsUrl is not null
        ? null
        : "spec.server.predictionLog: this installation has nothing that takes predictions; allowed is none, until MODELOP_PREDICTIONS_URL names the receiver (config/predictions).";

    /// <summary>Adds the token to the Secret.</summary>
    /// <param name="canary">The object.</param>
    /// <param name="credentials">Credentials of the version.</param>
    /// <param name="data">Data of the Secret.</param>
    public static void AddTo(Dictionary<string, byte[]> data, V1CanaryDeployment canary, CanaryCredentials credentials)
    {
        if (canary.Spec.Server?.PredictionLog is not null && credentials.PredictionsToken is { } token)
            data[TokenKey] = Encoding.UTF8.GetBytes(token);
    }

    /// <summary>Variables of the server.</summary>
    /// <param name="canary">The object.</param>
    /// <param name="secret">Secret of the version.</param>
    /// <param name="options">Settings of the installation.</param>
    public static IEnumerable<V1EnvVar> Variables(V1CanaryDeployment canary, string secret, OperatorOptions options)
    {
        if (canary.Spec.Server?.PredictionLog is not { } log || options.PredictionsUrl is not { } url)
            return [];
        return
        [
            new() { Name = "MODELOP_PREDICTION_LOG_URL", Value = url + PredictionEndpoint.Path },
            new() { Name = "MODELOP_PREDICTION_LOG_TOKEN", ValueFrom = new() { SecretKeyRef = new() { Name = secret, Key = TokenKey } } },
            .. Settings(log).Select(static pair => new V1EnvVar { Name = pair.Name, Value = pair.Value }),
        ];
    }

    /// <summary>What of the user's spec shapes the Pods, in order.</summary>
    /// <param name="server">Part of the spec.</param>
    public static IEnumerable<string> Inputs(ModelServerTemplate server) =>
        server.PredictionLog is { } log ? Settings(log).Select(static pair => $"{pair.Name}={pair.Value}") : [];

    private static IEnumerable<(string Name, string Value)> Settings(ServerPredictionLog log)
    {
        yield return ("MODELOP_PREDICTION_LOG_RATE", log.SampleRate);
        if (log.Redact is { Count: > 0 } names)
            yield return ("MODELOP_PREDICTION_LOG_REDACT", RegistryJson.Array(names));
        // The default is not spelled out: servers that stand are not started anew for it.
        if (log.Acknowledge == TruthAcknowledgement.Kept)
            yield return ("MODELOP_PREDICTION_LOG_ACKNOWLEDGE", nameof(TruthAcknowledgement.Kept));
    }
}
