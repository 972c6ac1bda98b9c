using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Rules that the schema cannot say, or that an old object may have slipped past. The same rules run in the webhook and again in the
/// reconciler: a cluster without the webhook loses none of them. Pure.
/// </summary>
public static partial class TrainingRunValidation
{
    private const int LongestName = 200;
    private static readonly string[] ReservedPrefixes = ["MODELOP_", "KUBEFLOW_TRAINER_"];

    /// <summary>Wrong fields of a run; empty when it may be tried.</summary>
    public static IReadOnlyList<FieldError> Check(V1TrainingRun run)
    {
        List<FieldError> errors = [];
        var spec = run.Spec;
        if (run.Metadata.Name.Length > LongestName)
            errors.Add(new("metadata.name", run.Metadata.Name, $"at most {LongestName.ToString(CultureInfo.InvariantCulture)} characters, so that Pod names fit"));
        if (spec.ModelName.Length > 50 || !DnsLabel().IsMatch(spec.ModelName))
            errors.Add(new("spec.modelName", spec.ModelName, "1 to 50 lower-case letters, digits and hyphens, beginning and ending with a letter or digit"));
        CheckEnvironment(spec, errors);
        CheckParameters(spec, errors);
        CheckDatasets(spec, errors);
        CheckRulesSize(spec, errors);
        CheckNetwork(spec, errors);
        CheckResources(spec, errors);
        CheckPolicy(spec, errors);
        CheckAliases(spec, errors);
        if (ModelVersions.ModelSignatures.Problem(spec.Output?.Signature) is { } wrong)
            errors.Add(new($"spec.output.signature.{wrong.Field}", wrong.Value, wrong.Allowed));
        TrainingRunLifecycleValidation.Check(spec, errors);
        CheckNodes(run, errors);
        CheckPodTemplate(spec, errors);
        if (spec.Sweep is not null)
            errors.AddRange(Sweeps.SweepValidation.Check(run).Except(errors).ToList());
        return errors;
    }

    private static void CheckEnvironment(TrainingRunSpec spec, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, variable) in (spec.Env ?? []).Index())
        {
            var path = $"spec.env[{Text(index)}]";
            if (ReservedPrefixes.Any(p => variable.Name.StartsWith(p, StringComparison.Ordinal)))
                errors.Add(new($"{path}.name", variable.Name, $"names that begin with {string.Join(" or ", ReservedPrefixes)} are reserved"));
            if (!VariableName().IsMatch(variable.Name))
                errors.Add(new($"{path}.name", variable.Name, "letters, digits and underscores, not beginning with a digit"));
            if (!names.Add(variable.Name))
                errors.Add(new($"{path}.name", variable.Name, "each name once"));
            if (variable.Value is not null && variable.SecretKeyRef is not null)
                errors.Add(new(path, variable.Name, "value or secretKeyRef, not both"));
        }
    }

    private static void CheckParameters(TrainingRunSpec spec, List<FieldError> errors)
    {
        foreach (var name in spec.Params?.Keys.Where(n => !ParameterName().IsMatch(n)) ?? [])
            errors.Add(new($"spec.params.{name}", name, "names of letters, digits, '_', '-' and '.', beginning with a letter"));
    }

    private static void CheckDatasets(TrainingRunSpec spec, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, dataset) in (spec.Datasets ?? []).Index())
        {
            var path = $"spec.datasets[{Text(index)}]";
            if (!DnsLabel().IsMatch(dataset.Name) || dataset.Name.Length > 63)
                errors.Add(new($"{path}.name", dataset.Name, "1 to 63 lower-case letters, digits and hyphens"));
            if (!names.Add(dataset.Name))
                errors.Add(new($"{path}.name", dataset.Name, "each name once"));
            if (!DatasetUri().IsMatch(dataset.Uri))
                errors.Add(new($"{path}.uri", DatasetUris.Public(dataset.Uri), DatasetUris.Allowed));
            CheckSource(dataset, path, errors);
            if (dataset.Digest is { } digest && !Digest().IsMatch(digest))
                errors.Add(new($"{path}.digest", digest, "sha256:<64 hexadecimal digits>"));
            if (dataset.Digest is null && dataset.Uri.StartsWith("http", StringComparison.OrdinalIgnoreCase))
                errors.Add(new($"{path}.digest", null, "http(s) datasets need the sha256 of their bytes; without it nobody knows what was trained on"));
            if (dataset.Digest is { } named && dataset.Uri.StartsWith("modelop://", StringComparison.Ordinal) && !dataset.Uri.EndsWith(named.Replace("sha256:", "/", StringComparison.Ordinal), StringComparison.Ordinal))
                errors.Add(new($"{path}.digest", named, "the digest that the uri names, or none"));
        }
    }

    private static void CheckResources(TrainingRunSpec spec, List<FieldError> errors)
    {
        foreach (var (part, amounts) in new[] { ("limits", spec.Resources?.Limits), ("requests", spec.Resources?.Requests) })
        {
            foreach (var (name, text) in amounts ?? new Dictionary<string, string>())
            {
                var path = $"spec.resources.{part}.{name}";
                var amount = TrainingQuantities.TryParse(text);
                if (amount is null or < 0)
                    errors.Add(new(path, text, "a quantity such as 2, 500m or 4Gi"));
                else if (name.StartsWith(TrainingQuantities.GpuPrefix, StringComparison.Ordinal) && amount != Math.Floor(amount.Value))
                    errors.Add(new(path, text, "whole GPUs"));
            }
        }

        CheckRequests(spec.Resources, errors);
    }

    private static void CheckRequests(TrainingResources? resources, List<FieldError> errors)
    {
        foreach (var (name, text) in resources?.Requests ?? new Dictionary<string, string>())
        {
            var path = $"spec.resources.requests.{name}";
            var request = TrainingQuantities.TryParse(text);
            var limit = TrainingQuantities.TryParse(resources?.Limits?.GetValueOrDefault(name));
            if (name.StartsWith(TrainingQuantities.GpuPrefix, StringComparison.Ordinal) && request != limit)
                errors.Add(new(path, text, "equal to spec.resources.limits; GPUs cannot be overcommitted"));
            else if (request > limit)
                errors.Add(new(path, text, $"at most the limit, {resources?.Limits?[name]}"));
        }
    }

    private static void CheckPolicy(TrainingRunSpec spec, List<FieldError> errors)
    {
        var policy = spec.FailurePolicy ?? new();
        if (policy.BackoffMaxSeconds < policy.BackoffBaseSeconds)
            errors.Add(new("spec.failurePolicy.backoffMaxSeconds", Text(policy.BackoffMaxSeconds), $"at least backoffBaseSeconds, {Text(policy.BackoffBaseSeconds)}"));
        foreach (var (index, code) in (policy.RetryableExitCodes ?? []).Index())
        {
            if (code is < 1 or > 255)
                errors.Add(new($"spec.failurePolicy.retryableExitCodes[{Text(index)}]", Text(code), "1 to 255"));
        }
    }

    private static void CheckAliases(TrainingRunSpec spec, List<FieldError> errors)
    {
        foreach (var (index, alias) in (spec.Output?.AliasesOnSuccess ?? []).Index())
        {
            var path = $"spec.output.aliasesOnSuccess[{Text(index)}]";
            if (alias == "latest" || VersionLike().IsMatch(alias))
                errors.Add(new(path, alias, "latest and v<number> are reserved"));
            else if (!Alias().IsMatch(alias) || alias.Length > 50)
                errors.Add(new(path, alias, "1 to 50 lower-case letters, digits and hyphens, beginning with a letter"));
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex DnsLabel();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();

    [GeneratedRegex("^[A-Za-z][-._A-Za-z0-9]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterName();

    [GeneratedRegex("^(modelop://sha256/[0-9a-f]{64}|https?://.+|s3://.+/.*|pvc://.+|configmap://[a-z0-9]([-a-z0-9.]*[a-z0-9])?(/[-._a-zA-Z0-9]+)?)\\z", RegexOptions.CultureInvariant)]
    private static partial Regex DatasetUri();

    [GeneratedRegex("^sha256:[0-9a-f]{64}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Digest();

    [GeneratedRegex("^v[0-9]+\\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionLike();

    [GeneratedRegex("^[a-z]([-a-z0-9]*[a-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Alias();
}
