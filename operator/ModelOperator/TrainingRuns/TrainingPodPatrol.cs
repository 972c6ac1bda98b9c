using System.Diagnostics.Metrics;
using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Events;
using ModelOperator.Kubernetes.Runtime.Leadership;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Finds Pods that carry a run's label and are no run's, which nobody could refuse while no operator answered: what they use is in no budget. The leader
/// looks now and then, tells one event about each, and counts them. They are their makers' to delete.
/// </summary>
public sealed partial class TrainingPodPatrol : BackgroundService
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Pass = TimeSpan.FromMinutes(5);

    // The cache has those that say they are ours.
    private const string Unmanaged = $"{ModelOperatorApi.RunUidLabel},{ModelOperatorApi.ManagedByLabel}!={ModelOperatorApi.ManagedBy}";

    private readonly IStore<V1Pod> pods;
    private readonly IKubernetesClient client;
    private readonly IEventRecorder events;
    private readonly TimeProvider time;
    private readonly ILogger<TrainingPodPatrol> log;
    private readonly LeaseElector? elector;
    private readonly Meter meter = new(TrainingRunMetrics.MeterName);
    private HashSet<string> told = new(StringComparer.Ordinal);

    /// <summary>Looks at nothing yet.</summary>
    /// <param name="caches">Caches.</param>
    /// <param name="client">API server.</param>
    /// <param name="events">Takes what was found.</param>
    /// <param name="time">Clock.</param>
    /// <param name="log">Log.</param>
    /// <param name="elector">Leader election; this process always leads when null.</param>
    public TrainingPodPatrol(Caches caches, IKubernetesClient client, IEventRecorder events, TimeProvider time, ILogger<TrainingPodPatrol> log, LeaseElector? elector = null)
    {
        (pods, this.client, this.events, this.time, this.log, this.elector) = (caches.For(KubernetesDescriptors.Pods, ManagedCaches.Pods), client, events, time, log, elector);
        meter.CreateObservableGauge("modelop_pods_without_reservation", () => told.Count, null, "Pods at work that carry a run's label and are no run's: no budget holds anything for them.");
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Soon after the start: that is when nobody may have been there.
            for (var pause = TimeSpan.FromSeconds(10); ; pause = Pass)
            {
                await Task.Delay(pause, time, stoppingToken);
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    /// <summary>One look.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        if (elector is { IsLeading: false })
        {
            told = [];
            return;
        }

        try
        {
            var strays = (await client.ListAllAsync(KubernetesDescriptors.Pods, null, new ListOptions { LabelSelector = Unmanaged }, cancellationToken)).Items
                .Concat(pods.Find(ManagedCaches.OfRuns, ManagedCaches.OfRuns)).Where(IsStray).ToList();
            foreach (var pod in strays.Where(p => !told.Contains(p.Metadata.Uid!)))
            {
                LogStray(pod.Key.ToString());
                events.Record(pod.ToReference(), EventNote.Warning(
                    "NoReservation", $"No TrainingRun controls this Pod: no budget holds anything for it, and its energy is in no account. {TrainingPodAdmission.Way}"), TrainingRunRoom.Manager);
            }

            told = [.. strays.Select(static p => p.Metadata.Uid!)];
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(failure);
        }
    }

    private static bool IsStray(V1Pod pod) =>
        TrainingPodAdmission.RunOf(pod) is null && !pod.IsDeleting && pod.Status?.Phase is not ("Succeeded" or "Failed");

    [LoggerMessage(2750, LogLevel.Warning, "Pod {Pod} carries a run's label and is no run's: no budget holds anything for it")]
    private partial void LogStray(string pod);

    [LoggerMessage(2751, LogLevel.Error, "A look for Pods without a reservation failed; the next comes at its time")]
    private partial void LogFailed(Exception failure);
}
