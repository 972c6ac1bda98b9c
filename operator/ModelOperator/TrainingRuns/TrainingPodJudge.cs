using System.Globalization;
using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>Exit-code policy: what the end of a container means. Pure.</summary>
public static class TrainingPodJudge
{
    private const int ExitYielded = 75;
    private const int FirstRetryable = 128;

    /// <summary>
    /// How the attempt ended, or null while it is under way. A published result counts even when the Pod is being deleted; otherwise a sign of
    /// disruption comes before the exit code that the disruption caused.
    /// </summary>
    public static AttemptEnd? Judge(TrainingPodReading pod, TrainingFailurePolicy policy)
    {
        if (pod.PublishEnded is { ExitCode: 0 } published)
            return Published(published.Message, pod.TrainerEnded);
        if (pod.Disruption is { } disruption)
            return pod.Quiet || pod.NodeLost ? Disrupted(pod, disruption) : null;
        if (pod.FetchEnded is { ExitCode: not 0 } fetch)
            return FetchFailed(fetch);
        if (pod.TrainerEnded is { ExitCode: not 0 } trainer)
            return TrainerFailed(trainer, policy);
        if (pod.PublishEnded is { } publish)
            return PublishFailed(publish, pod.TrainerEnded?.ExitCode);
        return pod.Quiet
            ? new AttemptEnd(AttemptEndKind.Disruption, TrainingRunReasons.Evicted, "The Pod ended before any of its containers did.")
            : null;
    }

    internal static AttemptEnd Disrupted(TrainingPodReading pod, (string Reason, string Message) disruption) =>
        new(
            AttemptEndKind.Disruption,
            pod.NodeLost ? TrainingRunReasons.NodeLost : disruption.Reason,
            pod.NodeLost ? "The node does not answer; the Pod is given up." : disruption.Message,
            pod.TrainerEnded?.ExitCode);

    private static AttemptEnd Published(string? message, V1ContainerStateTerminated? trainer)
    {
        var exitCode = trainer?.ExitCode;
        if (TerminationMessage.TryReadPublish(message) is not { } report)
        {
            return new(AttemptEndKind.Permanent, TrainingRunReasons.ResultInvalid,
                "The publisher's report cannot be read: the operator and its images are of different versions, or the Pod has more than six containers, of whose messages the kubelet keeps too little.", exitCode);
        }

        if (report.NoResultFile == true)
        {
            if (TrainerResultMessage.Complete(report, trainer?.Message, out var reason, out var problem) is not { } complete)
                return new(AttemptEndKind.Permanent, reason, problem, exitCode);
            report = complete;
        }

        return report.Metrics.Count > 0
            ? new(AttemptEndKind.Published, TrainingRunReasons.Succeeded, $"Published {report.Model.Digest}.", exitCode, report)
            : new(AttemptEndKind.Permanent, TrainingRunReasons.ResultWithoutMetrics,
                "result.json: metrics is empty; a model without a measure cannot be compared, so it is not registered.", exitCode);
    }

    private static AttemptEnd FetchFailed(V1ContainerStateTerminated fetch)
    {
        var error = TerminationMessage.TryReadFailure(fetch.Message);
        var message = error?.Message ?? $"The fetcher ended with exit code {Text(fetch.ExitCode)}; kubectl logs -c fetch says more.";
        return fetch.ExitCode switch
        {
            ExitCodes.Unavailable => new(AttemptEndKind.Disruption, TrainingRunReasons.ArtifactStoreUnavailable, message),
            ExitCodes.BadData => new(AttemptEndKind.Permanent, error?.Reason ?? TrainingRunReasons.DatasetDigestMismatch, message),
            ExitCodes.NotFound => new(AttemptEndKind.Permanent, TrainingRunReasons.DatasetNotFound, message),
            // A signal is nothing that the datasets did.
            >= FirstRetryable => new(AttemptEndKind.Disruption, TrainingRunReasons.FetchFailed, message),
            _ => new(AttemptEndKind.Permanent, error?.Reason ?? TrainingRunReasons.FetchFailed, message),
        };
    }

    private static AttemptEnd PublishFailed(V1ContainerStateTerminated publish, int? exitCode)
    {
        var error = TerminationMessage.TryReadFailure(publish.Message);
        var message = error?.Message ?? $"The publisher ended with exit code {Text(publish.ExitCode)}; kubectl logs -c publish says more.";
        return publish.ExitCode switch
        {
            ExitCodes.Unavailable => new(AttemptEndKind.Disruption, TrainingRunReasons.ArtifactStoreUnavailable, message, exitCode),
            >= FirstRetryable => new(AttemptEndKind.Disruption, TrainingRunReasons.PublishFailed, message, exitCode),
            _ => new(AttemptEndKind.Permanent, error?.Reason ?? TrainingRunReasons.PublishFailed, message, exitCode),
        };
    }

    private static AttemptEnd TrainerFailed(V1ContainerStateTerminated trainer, TrainingFailurePolicy policy)
    {
        var code = trainer.ExitCode;
        var said = string.IsNullOrWhiteSpace(trainer.Message) ? "kubectl logs -c trainer says more." : $"It said: {Cut(trainer.Message.Trim())}";
        if (trainer.Reason == TrainingRunReasons.OOMKilled)
        {
            return new(AttemptEndKind.Permanent, TrainingRunReasons.OOMKilled,
                "The trainer needed more memory than resources.limits.memory; raise it or make the batches smaller.", code);
        }

        if (policy.RetryableExitCodes?.Contains(code) == true || code >= FirstRetryable)
            return new(AttemptEndKind.Retryable, TrainingRunReasons.RetryableExitCode, $"The trainer ended with exit code {Text(code)}. {said}", code);
        return code switch
        {
            ExitYielded => new(AttemptEndKind.Yielded, TrainingRunReasons.Yielded, "The trainer saved its state and gave way.", code),
            ExitCodes.Usage => Permanent("refused its parameters (exit code 64)"),
            ExitCodes.BadData => Permanent("refused its data (exit code 65)"),
            _ => Permanent($"ended with exit code {Text(code)}, which is not retried; list it in failurePolicy.retryableExitCodes if it should be"),
        };

        AttemptEnd Permanent(string what) => new(AttemptEndKind.Permanent, TrainingRunReasons.NonRetryableExitCode, $"The trainer {what}. {said}", code);
    }

    private static string Cut(string text) => text.Length <= 512 ? text : text[..512] + "…";

    private static string Text(int code) => code.ToString(CultureInfo.InvariantCulture);
}
