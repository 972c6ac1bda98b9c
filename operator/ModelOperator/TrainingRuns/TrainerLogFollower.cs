using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Leadership;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Progress of trainers that report none: the leader reads the end of their logs now and then, at a rate that does not grow with the number of
/// runs. A log that cannot be read, or that says nothing new, changes nothing.
/// </summary>
/// <param name="caches">Caches.</param>
/// <param name="logs">Reads logs.</param>
/// <param name="progress">Takes what they say.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
/// <param name="elector">Leader election; this process always leads when null.</param>
public sealed partial class TrainerLogFollower(
    Caches caches, TrainerLogReader logs, TrainingProgressStore progress, TimeProvider time, ILogger<TrainerLogFollower> log, LeaseElector? elector = null)
    : BackgroundService
{
    /// <summary>Time between two passes.</summary>
    private static readonly TimeSpan Pass = TimeSpan.FromSeconds(2);

    /// <summary>Most logs of one pass: five a second.</summary>
    private const int MostPerPass = 10;

    private readonly IStore<V1Pod> pods = caches.For(KubernetesDescriptors.Pods, ManagedCaches.Pods);
    private readonly IStore<V1TrainingRun> runs = caches.For(ModelOperatorDescriptors.TrainingRuns, TrainingRunObserver.RunCache);
    private readonly TrainerLogTurns turns = new(Jitter.Next);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pass, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (elector is null or { IsLeading: true })
                    await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var working = pods.Find(ManagedCaches.OfRuns, ManagedCaches.OfRuns).Where(pod => IsAtWork(pod) && RunOf(pod) is not null).ToDictionary(static pod => pod.Metadata.Uid!, StringComparer.Ordinal);
            await Task.WhenAll(turns.Take(working.Keys, MostPerPass, time.GetUtcNow()).Select(uid => ReadAsync(working[uid], cancellationToken)));
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(failure);
        }
    }

    private async Task ReadAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        if (await logs.TailAsync(pod, cancellationToken) is not { } text || TrainerLogProgress.Read(text, time.WholeSeconds()) is not { } read || RunOf(pod) is not { } run)
            return;
        var uid = run.Metadata.Uid!;
        if (!TrainerLogProgress.SaysTheSame(progress.Find(uid) ?? run.Status?.Progress, read))
            progress.Report(uid, run.Key, read);
    }

    /// <summary>Of the Pods of a run rank 0's alone has its trainer among the init containers.</summary>
    private static bool IsAtWork(V1Pod pod) =>
        !pod.IsDeleting && pod.Status?.InitContainerStatuses?.Find(static status => status.Name == TrainingRunPods.TrainerContainer)?.State?.Running is not null;

    /// <summary>The run whose attempt under way is this Pod's, unless its trainer or the Pod's sidecar reports.</summary>
    private V1TrainingRun? RunOf(V1Pod pod) =>
        pod.Controller is { Name: { } name, Uid: { } uid }
        && runs.Get(pod.Metadata.NamespaceProperty ?? "", name) is { Status: { CurrentAttempt: { Reason: null } attempt, Progress: not { Source: > TrainingProgressSource.Log } } } run
        && run.Metadata.Uid == uid && attempt.PodUid == pod.Metadata.Uid ? run : null;

    [LoggerMessage(2710, LogLevel.Error, "A look at the trainers' logs failed; the next comes at its time")]
    private partial void LogFailed(Exception failure);
}
