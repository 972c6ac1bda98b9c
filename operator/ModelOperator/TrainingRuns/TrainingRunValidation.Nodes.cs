using System.Text.RegularExpressions;

namespace ModelOperator.TrainingRuns;

/// <summary>Rules about nodes, frameworks and queues.</summary>
public static partial class TrainingRunValidation
{
    private const int LongestQueueName = 63;
    private const int ShortestGang = 10;
    private const int LongestGang = 86400;

    /// <summary>Why a queue cannot be used on a server without scheduling gates.</summary>
    public static string QueueingUnsupported(string queue) =>
        $"spec.scheduling.queueName: '{queue}' is not allowed: this server is older than Kubernetes 1.27 and has no Pod scheduling gates, so that a queue could not hold Pods back. "
        + "Remove it; the namespace's limit and spec.scheduling.gang work on every server.";

    private static void CheckNodes(V1TrainingRun run, List<FieldError> errors)
    {
        var spec = run.Spec;
        if (spec.Nodes is < 1 or > TrainingRanks.Most)
            errors.Add(new("spec.nodes", Text(spec.Nodes), $"1 to {Text(TrainingRanks.Most)}"));
        if (spec.Nodes > 1 && spec.Framework == TrainingFramework.None)
        {
            errors.Add(new("spec.framework", nameof(TrainingFramework.None),
                "with several nodes, one of Torch, TensorFlow, XGBoost, JAX, or Custom for a trainer that finds its peers by MODELOP_COORDINATOR_ADDRESS"));
        }

        if (spec.Nodes > 1 && (run.Metadata.Name.Length > TrainingRanks.LongestRunName || !ServiceLabel().IsMatch(run.Metadata.Name)))
        {
            errors.Add(new("metadata.name", run.Metadata.Name,
                $"with several nodes, at most {Text(TrainingRanks.LongestRunName)} lower-case letters, digits and hyphens, beginning with a letter, so that ranks can have host names"));
        }

        CheckProcesses(spec, errors);
        CheckReservedVariables(spec, errors);
        CheckScheduling(spec.Scheduling, errors);
    }

    private static void CheckProcesses(TrainingRunSpec spec, List<FieldError> errors)
    {
        if (spec.ProcPerNode is not { } asked)
            return;
        if (asked.Text != "auto" && TrainingRanks.AskedPerNode(spec) is not (>= 1 and <= 1024))
            errors.Add(new("spec.procPerNode", asked.ToString(), "auto, or a number from 1 to 1024"));
        else if (spec.Framework == TrainingFramework.JAX && TrainingRanks.AskedPerNode(spec) > 1)
            errors.Add(new("spec.procPerNode", asked.ToString(), "1 or auto with JAX, which runs one process per node"));
    }

    private static void CheckReservedVariables(TrainingRunSpec spec, List<FieldError> errors)
    {
        var reserved = TrainingFrameworkEnvironment.Reserved(spec.Framework);
        foreach (var (index, variable) in (spec.Env ?? []).Index())
        {
            if (reserved.Contains(variable.Name, StringComparer.Ordinal))
            {
                errors.Add(new($"spec.env[{Text(index)}].name", variable.Name,
                    $"the operator sets it for framework {spec.Framework.ToString()}; choose framework Custom to arrange the rendezvous yourself"));
            }
        }
    }

    private static void CheckScheduling(TrainingScheduling? scheduling, List<FieldError> errors)
    {
        if (scheduling?.QueueName is { } queue && (queue.Length is 0 or > LongestQueueName || !QueueName().IsMatch(queue)))
            errors.Add(new("spec.scheduling.queueName", queue, "name of a LocalQueue: 1 to 63 lower-case letters, digits, hyphens and dots"));
        if (scheduling?.Gang is { TimeoutSeconds: < ShortestGang or > LongestGang } gang)
            errors.Add(new("spec.scheduling.gang.timeoutSeconds", Text(gang.TimeoutSeconds), $"{Text(ShortestGang)} to {Text(LongestGang)}"));
    }

    [GeneratedRegex("^[a-z]([-a-z0-9]*[a-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ServiceLabel();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex QueueName();
}
