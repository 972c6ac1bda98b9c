using System.Globalization;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>The trainer contract's environment (docs/trainer-contract.md). Pure.</summary>
public static class TrainingRunEnvironment
{
    public const string ParametersFolder = "/etc/modelop/params";
    public const string StatusTokenFolder = "/etc/modelop/status";
    public const string StatusTokenFile = "token";
    public const string StatusAuthorityFile = "ca.crt";
    public const string MetricsFile = $"{TrainingRunPods.MetricsFolder}/metrics.jsonl";

    /// <summary>Path of the status endpoint of a run, as Kubeflow Trainer v2 has it.</summary>
    public static string StatusPath(string namespaceName, string run) =>
        $"/apis/trainer.kubeflow.org/v1alpha1/namespaces/{namespaceName}/trainjobs/{run}/status";

    /// <summary>The contract's variables, then the user's own; a user's variable replaces a default of the same name, never a reserved one.</summary>
    public static List<V1EnvVar> Build(V1TrainingRun run, int attempt, OperatorOptions options, int rank = 0)
    {
        var variables = new List<V1EnvVar>
        {
            Variable("HOME", "/tmp"),
            Variable("MODELOP_RUN_NAME", run.Metadata.Name),
            Variable("MODELOP_RUN_NAMESPACE", run.Metadata.NamespaceProperty ?? ""),
            Variable("MODELOP_RUN_UID", run.Metadata.Uid ?? ""),
            Variable("MODELOP_ATTEMPT", attempt.ToString(CultureInfo.InvariantCulture)),
            Variable("MODELOP_PARAMS_FILE", $"{ParametersFolder}/{TrainingRunChildren.ParametersKey}"),
            Variable("MODELOP_DATASET_DIR", TrainingRunPods.DatasetFolder),
            Variable("MODELOP_OUTPUT_DIR", TrainingRunPods.OutputFolder),
            Variable("MODELOP_METRICS_FILE", MetricsFile),
        };
        variables.AddRange(TrainingCheckpoints.TrainerVariables(run, attempt).Select(v => Variable(v.Name, v.Value)));
        variables.AddRange(Ranks(run, attempt, rank));
        variables.AddRange(Parameters(run.Spec));
        variables.AddRange(Status(run, options));
        foreach (var variable in run.Spec.Env ?? [])
        {
            variables.RemoveAll(v => v.Name == variable.Name);
            variables.Add(User(variable));
        }

        return variables;
    }

    /// <summary>Where progress is told, and by which token; nothing where no endpoint is set.</summary>
    internal static IEnumerable<V1EnvVar> Status(V1TrainingRun run, OperatorOptions options)
    {
        if (options.StatusUrl is not { } url)
            yield break;
        yield return Variable("KUBEFLOW_TRAINER_SERVER_URL", url.TrimEnd('/') + StatusPath(run.Metadata.NamespaceProperty ?? "", run.Metadata.Name));
        yield return Variable("KUBEFLOW_TRAINER_SERVER_TOKEN", $"{StatusTokenFolder}/{StatusTokenFile}");
        if (options.StatusIsTls)
            yield return Variable("KUBEFLOW_TRAINER_SERVER_CA_CERT", $"{StatusTokenFolder}/{StatusAuthorityFile}");
    }

    private static IEnumerable<V1EnvVar> Ranks(V1TrainingRun run, int attempt, int rank) =>
    [
        Variable("MODELOP_NODES", run.Spec.Nodes.ToString(CultureInfo.InvariantCulture)),
        Variable("MODELOP_NODE_RANK", rank.ToString(CultureInfo.InvariantCulture)),
        Variable("MODELOP_PROC_PER_NODE", TrainingRanks.ProcessesPerNode(run.Spec).ToString(CultureInfo.InvariantCulture)),
        Variable("MODELOP_COORDINATOR_ADDRESS", TrainingRanks.Address(run, attempt, 0)),
        .. TrainingFrameworkEnvironment.Of(run, attempt, rank).Select(v => Variable(v.Key, v.Value)),
    ];

    private static IEnumerable<V1EnvVar> Parameters(TrainingRunSpec spec) =>
        (spec.Params ?? new Dictionary<string, string>())
            .OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => (Name: VariableName(p.Key), p.Value))
            .DistinctBy(p => p.Name, StringComparer.Ordinal)
            .Select(p => Variable(p.Name, p.Value));

    private static string VariableName(string parameter) =>
        "MODELOP_PARAM_" + string.Concat(parameter.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));

    // A dollar sign in a value would be expanded by the kubelet; two stand for one.
    private static V1EnvVar Variable(string name, string value) => new() { Name = name, Value = value.Replace("$(", "$$(", StringComparison.Ordinal) };

    /// <summary>A variable that the user sets.</summary>
    internal static V1EnvVar User(TrainingEnvironment variable) => new()
    {
        Name = variable.Name,
        Value = variable.SecretKeyRef is null ? variable.Value ?? "" : null,
        ValueFrom = variable.SecretKeyRef is { } secret
            ? new V1EnvVarSource { SecretKeyRef = new V1KeySelector { Name = secret.Name, Key = secret.Key } }
            : null,
    };
}
