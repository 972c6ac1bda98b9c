using System.Globalization;
using ModelOperator.Artifacts;

namespace ModelOperator.ModelVersions;

/// <summary>What is wrong with a ModelVersion by itself; asked by the webhook and again by the reconciler.</summary>
public static class ModelVersionValidation
{
    /// <summary>The reason and message of the first problem, or null.</summary>
    public static (string Reason, string Message)? Problem(V1ModelVersion version)
    {
        var spec = version.Spec;
        if (ModelVersionName.NumberOf(version) is null)
            return (ModelVersionReasons.InvalidName, $"The name must be {spec.Model}-<number>, not {version.Metadata.Name}.");
        if (!Sha256Digest.TryParse(spec.Artifact.Digest, out var digest))
            return Invalid($"spec.artifact.digest must be sha256:<64 hexadecimal digits>, not '{spec.Artifact.Digest}'.");
        if (!spec.Artifact.Uri.StartsWith(Sha256Digest.UriPrefix, StringComparison.Ordinal) || !Sha256Digest.TryParse(spec.Artifact.Uri, out var located))
            return Invalid($"spec.artifact.uri must be {Sha256Digest.UriPrefix}<64 hexadecimal digits>, not '{spec.Artifact.Uri}': only bytes in the artifact store can be verified.");
        if (located != digest)
            return Invalid($"spec.artifact.uri names {located}, but spec.artifact.digest is {digest}.");
        return AliasProblem(spec) ?? MetricProblem(spec) ?? OriginProblem(spec) ?? SignatureProblem(spec);
    }

    private static (string Reason, string Message)? AliasProblem(ModelVersionSpec spec)
    {
        foreach (var alias in spec.Aliases ?? [])
        {
            if (ModelAliasName.Refusal(alias) is { } refusal)
                return Invalid($"spec.aliases: {refusal}.");
        }
        return null;
    }

    private static (string Reason, string Message)? MetricProblem(ModelVersionSpec spec)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var metric in spec.Metrics ?? [])
        {
            if (!names.Add(metric.Name))
                return Invalid($"spec.metrics: {metric.Name} stands twice.");
            if (!double.TryParse(metric.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
                return Invalid($"spec.metrics: {metric.Name} must be a finite decimal number, not '{metric.Value}'.");
        }
        return null;
    }

    private static (string Reason, string Message)? OriginProblem(ModelVersionSpec spec)
    {
        if (spec.External is not { } external)
            return null;
        if (spec.TrainingRun is not null)
            return Invalid("spec.external: is not allowed beside spec.trainingRun: a version comes from one of them.");
        // Credentials would be shown to everybody who may read versions.
        // A path is taken for an address of a file, though it has no scheme.
        return Uri.TryCreate(external.Uri, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && external.Uri.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase)
            ? null
            : Invalid("spec.external.uri must be an absolute URI without credentials, for example https://mlflow.example.com/runs/1.");
    }

    private static (string Reason, string Message)? SignatureProblem(ModelVersionSpec spec) =>
        ModelSignatures.Problem(spec.Signature) is { } wrong ? Invalid($"spec.signature.{wrong.Field}: '{wrong.Value}' is not allowed; allowed: {wrong.Allowed}.") : null;

    private static (string Reason, string Message) Invalid(string message) => (ModelVersionReasons.InvalidSpec, message);
}
