using ModelOperator.Hosting;

namespace ModelOperator.CanaryDeployments;

/// <summary>What the webhook says; the same rules run again in the reconciler.</summary>
public static class CanaryDeploymentAdmission
{
    /// <summary>The refusal, or null when the object is allowed. An update with an unchanged spec, or of an object that is going, always passes.</summary>
    /// <param name="old">The object before; null on CREATE.</param>
    /// <param name="canary">The object.</param>
    /// <param name="options">Settings of the installation; not looked at when null.</param>
    public static string? Refusal(V1CanaryDeployment? old, V1CanaryDeployment canary, OperatorOptions? options = null)
    {
        if (canary.Metadata.DeletionTimestamp is not null || (old is not null && SameSpec(old, canary)))
            return null;
        var problems = CanaryValidation.Problems(canary).ToList();
        if (options is not null && CanaryPredictionLog.Refusal(canary, options) is { } absent)
            problems.Add(absent);
        if (options is not null && CanaryDevice.Refusal(canary, options) is { } image)
            problems.Add(image);
        return problems.Count == 0 ? null : string.Join(" ", problems);
    }

    // Lists make record equality too strict; the wire form is what the user wrote.
    private static bool SameSpec(V1CanaryDeployment old, V1CanaryDeployment canary) => Wire(old) == Wire(canary);

    private static string Wire(V1CanaryDeployment canary) =>
        System.Text.Json.JsonSerializer.Serialize(canary.Spec, CanaryDeploymentsJson.Default.CanaryDeploymentSpec);
}
