using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// What a Pod template adds beyond scheduling: merged per key, never over what the operator sets (<see cref="TrainingRunValidation"/> refuses
/// such names with their path; should one slip past, the operator's value stays). Pure.
/// </summary>
internal static class TrainingPodExtras
{
    internal static void Merge(TrainingPodTemplate? template, V1Pod pod, V1Container trainer)
    {
        if (template is null)
            return;
        foreach (var (key, value) in template.Labels ?? new Dictionary<string, string>())
            pod.Metadata.Labels!.TryAdd(key, value);
        foreach (var (key, value) in template.Annotations ?? new Dictionary<string, string>())
            pod.Metadata.Annotations!.TryAdd(key, value);
        var spec = pod.Spec!;
        spec.Affinity = template.Affinity;
        spec.ServiceAccountName = template.ServiceAccountName ?? spec.ServiceAccountName;
        var volumes = spec.Volumes!;
        volumes.AddRange((template.Volumes ?? []).Where(v => volumes.TrueForAll(own => own.Name != v.Name)).ToList());
        trainer.VolumeMounts!.AddRange((template.VolumeMounts ?? []).Where(m => trainer.VolumeMounts.TrueForAll(own => own.MountPath != m.MountPath)).ToList());
        if (template.SharedMemory is { Length: > 0 } size && volumes.Find(v => v.Name == TrainingRunPods.SharedMemoryVolume) is { EmptyDir: { } memory })
            memory.SizeLimit = new Quantity(size);
    }

    /// <summary>Of several nodes each rank's fetcher, rank 0's too, waits until rank 0 has a name.</summary>
    internal static void AwaitPeer(V1TrainingRun run, int attempt, V1Pod pod)
    {
        if (run.Spec.Nodes > 1)
            pod.Spec!.InitContainers![0].Env!.Add(new V1EnvVar { Name = PeerName.Variable, Value = TrainingRanks.Address(run, attempt, 0) });
    }
}
