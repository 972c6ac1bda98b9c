using ModelOperator.Kubernetes.Runtime.Admission;

namespace ModelOperator.TrainingRuns;

/// <summary>Refuses a queue that the server could not keep, when it is first named.</summary>
internal static class TrainingRunQueueAdmission
{
    /// <summary>The refusal; null when there is none. The server is asked only about a run that newly names a queue.</summary>
    internal static async ValueTask<string?> RefusalAsync(AdmissionInput<V1TrainingRun> input, ServerCapabilities server, CancellationToken cancellationToken)
    {
        if (input.New is not { Metadata.DeletionTimestamp: null, Spec.Scheduling.QueueName: { } queue } || input.Old?.Spec.Scheduling?.QueueName == queue)
            return null;
        return await server.HasSchedulingGatesAsync(cancellationToken) ? null : TrainingRunValidation.QueueingUnsupported(queue);
    }
}
