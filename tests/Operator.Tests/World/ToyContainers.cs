using System.Text;
using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>The next status of a training Pod, as a kubelet would write it: fetch, then the trainer, then publish, with their messages. Pure.</summary>
internal static class ToyContainers
{
    /// <summary>How long every trainer claims to have run, so that energy does not depend on the machine.</summary>
    internal static readonly TimeSpan Training = TimeSpan.FromSeconds(100);

    /// <summary>Digest of the model that every trainer makes.</summary>
    internal static readonly string ModelDigest = "sha256:" + new string('c', 64);

    /// <summary>Null: nothing changes by itself.</summary>
    internal static V1PodStatus? Next(V1Pod pod, PodFate fate, DateTimeOffset now, string rmse = "512.25") =>
        Step(pod, fate, now, rmse) is { } next ? Beside(pod, next, now) : null;

    /// <summary>A sidecar works from the fetcher's end on and is killed when all else has ended.</summary>
    private static V1PodStatus Beside(V1Pod pod, V1PodStatus next, DateTimeOffset now)
    {
        if (pod.Spec!.InitContainers!.TrueForAll(static c => c.Name != "progress") || next.InitContainerStatuses is not [{ State.Terminated.ExitCode: 0 } fetch, .. var others])
            return next;
        var sidecar = next.Phase is "Succeeded" or "Failed" ? Ended("progress", 137, now, now) : Container("progress", new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = now } });
        return next with { InitContainerStatuses = [fetch, sidecar, .. others.Where(static s => s.Name != "progress")] };
    }

    private static V1PodStatus? Step(V1Pod pod, PodFate fate, DateTimeOffset now, string rmse)
    {
        if (pod.Status?.Phase is "Succeeded" or "Failed")
            return null;
        if (pod.Metadata.DeletionTimestamp is not null)
            return Killed(pod, now, fate == PodFate.SavesWhenAsked);
        if (Of(pod, "fetch") is not { } fetch)
            return Scheduled(now);
        if (pod.Spec!.InitContainers!.Count == 1 && fetch.State?.Terminated is null or { ExitCode: 0 } && fate is not (PodFate.DigestMismatch or PodFate.DatasetGone or PodFate.StoreDownInFetch))
            return ToyPeers.Next(pod, fate, now);
        if (fetch.State?.Running is not null)
            return Fetched(pod, fate, now);
        return Of(pod, "publish") is null ? Trained(pod, fate, now) : Published(pod, fate, now, rmse);
    }

    private static V1PodStatus Scheduled(DateTimeOffset now) => new()
    {
        Phase = "Pending",
        StartTime = now,
        Conditions = [new V1PodCondition { Type = "PodScheduled", Status = "True" }],
        InitContainerStatuses =
        [
            Container("fetch", new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = now } }),
        ],
    };

    private static V1PodStatus Fetched(V1Pod pod, PodFate fate, DateTimeOffset now) => fate switch
    {
        PodFate.DigestMismatch => Failed(pod, Ended("fetch", ExitCodes.BadData, now, now, Failure("DatasetDigestMismatch", "dataset diamonds: bytes hash to sha256:0, expected sha256:1"))),
        PodFate.DatasetGone => Failed(pod, Ended("fetch", ExitCodes.NotFound, now, now, Failure("DatasetNotFound", "dataset diamonds: the store has no such blob"))),
        PodFate.StoreDownInFetch => Failed(pod, Ended("fetch", ExitCodes.Unavailable, now, now, Failure("StoreUnavailable", "the artifact store gives no answer"))),
        _ => pod.Status! with
        {
            InitContainerStatuses =
            [
                Ended("fetch", 0, now, now, Encoding.UTF8.GetString(TerminationMessage.Fetched(
                    [new FetchedItem { Name = "diamonds", Uri = "modelop://sha256/" + new string('a', 64), Digest = "sha256:" + new string('a', 64), SizeBytes = 99 }]))),
                // It says that it has run for a while already: its end is then exactly the training time later.
                Container("trainer", fate == PodFate.ImagePullFails
                    ? new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "ImagePullBackOff", Message = "Back-off pulling image" } }
                    : new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = now - Training } }),
            ],
        },
    };

    private static V1PodStatus? Trained(V1Pod pod, PodFate fate, DateTimeOffset now)
    {
        switch (fate)
        {
            case PodFate.RunForever or PodFate.SavesWhenAsked or PodFate.ImagePullFails or PodFate.Vanish:
                return null;
            case PodFate.TrainerExits1:
                return Failed(pod, Trainer(pod, 1, "Error", "ValueError: could not convert string to float"));
            case PodFate.TrainerExits137:
                return Failed(pod, Trainer(pod, 137, "Error"));
            case PodFate.OutOfMemory:
                return Failed(pod, Trainer(pod, 137, "OOMKilled"));
            case PodFate.Evicted:
                return Failed(pod, Trainer(pod, 137, "Error")) with { Reason = "Evicted", Message = "The node was low on resource: memory." };
            default:
                return pod.Status! with
                {
                    Phase = "Running",
                    InitContainerStatuses = [Of(pod, "fetch")!, Trainer(pod, 0, "Completed")],
                    ContainerStatuses = [Container("publish", new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = now } })],
                };
        }
    }

    private static V1PodStatus Published(V1Pod pod, PodFate fate, DateTimeOffset now, string rmse)
    {
        var failed = fate == PodFate.NoMetrics;
        return pod.Status! with
        {
            Phase = failed ? "Failed" : "Succeeded",
            ContainerStatuses =
            [
                failed
                    ? Ended("publish", ExitCodes.BadData, now, now, Failure("ResultWithoutMetrics", "result.json: metrics is missing or empty"))
                    : Ended("publish", 0, now, now, Report(rmse)),
            ],
        };
    }

    private static string Report(string rmse) =>
        $$$"""{"schema":1,"model":{"uri":"modelop://{{{ModelDigest.Replace(':', '/')}}}","digest":"{{{ModelDigest}}}","format":"modelop/xgboost-v1","sizeBytes":1234,"files":2},"metrics":{"rmse":{{{rmse}}}},"samples":40000,"device":"cpu","usage":{"cpuSeconds":150,"wallSeconds":100}}""";

    private static V1PodStatus Killed(V1Pod pod, DateTimeOffset now, bool saves) => (pod.Status ?? new V1PodStatus()) with
    {
        Phase = "Failed",
        InitContainerStatuses = [.. (pod.Status?.InitContainerStatuses ?? []).Select(s => Stop(s, now, saves))],
        ContainerStatuses = [.. (pod.Status?.ContainerStatuses ?? []).Select(s => Stop(s, now, saves))],
    };

    /// <summary>One that saves its state says so, and ran until now.</summary>
    private static V1ContainerStatus Stop(V1ContainerStatus status, DateTimeOffset now, bool saves) => status.State?.Terminated is not null
        ? status
        : saves && status is { Name: "trainer", State.Running.StartedAt: { } started }
        ? Ended(status.Name, 75, started, now, """{"message":"saved","checkpoint":{"name":"step-50","step":50}}""")
        : Ended(status.Name, 143, status.State?.Running?.StartedAt ?? now, status.Name == "trainer" ? (status.State?.Running?.StartedAt ?? now) + Training : now);

    private static V1PodStatus Failed(V1Pod pod, V1ContainerStatus last) => pod.Status! with
    {
        Phase = "Failed",
        InitContainerStatuses = last.Name == "fetch" ? [last] : [Of(pod, "fetch")!, last],
    };

    private static V1ContainerStatus Trainer(V1Pod pod, int code, string reason, string? message = null)
    {
        var started = Of(pod, "trainer")!.State!.Running!.StartedAt!.Value;
        return Ended("trainer", code, started, started + Training, message, reason);
    }

    internal static V1ContainerStatus Ended(string name, int code, DateTimeOffset from, DateTimeOffset to, string? message = null, string? reason = null) =>
        Container(name, new V1ContainerState
        {
            Terminated = new V1ContainerStateTerminated
            {
                ExitCode = code,
                Reason = reason ?? (code == 0 ? "Completed" : "Error"),
                StartedAt = from,
                FinishedAt = to,
                Message = message,
            },
        });

    internal static V1ContainerStatus Container(string name, V1ContainerState state) => new()
    {
        Name = name,
        Image = "registry.test/" + name + ":1",
        ImageID = "registry.test/" + name + "@sha256:" + new string('d', 64),
        Ready = false,
        State = state,
    };

    internal static V1ContainerStatus? Of(V1Pod pod, string name) =>
        (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []).FirstOrDefault(s => s.Name == name);

    private static string Failure(string reason, string message) => Encoding.UTF8.GetString(TerminationMessage.Failure(reason, message));
}
