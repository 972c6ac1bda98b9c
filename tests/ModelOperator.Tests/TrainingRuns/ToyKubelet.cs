using System.Text;
using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>Moves a Pod one step along its fate, with the statuses a kubelet would write. Null: the Pod is gone.</summary>
internal static class ToyKubelet
{
    internal static readonly TimeSpan Training = TimeSpan.FromSeconds(100);

    internal static string Report(string metrics = """{"rmse":512.25}""") =>
        $$$"""{"schema":1,"model":{"uri":"modelop://sha256/{{{new string('c', 64)}}}","digest":"sha256:{{{new string('c', 64)}}}","format":"modelop/xgboost-v1","sizeBytes":1234,"files":2},"metrics":{{{metrics}}},"samples":40000,"device":"cpu","usage":{"cpuSeconds":150,"wallSeconds":100}}""";

    internal static V1Pod? Step(V1Pod pod, PodFate fate, DateTimeOffset now) => ToySidecar.Beside(Next(pod, fate, now), now);

    private static V1Pod? Next(V1Pod pod, PodFate fate, DateTimeOffset now)
    {
        if (pod.Status?.Phase is "Succeeded" or "Failed")
            return pod;
        if (pod.Metadata.DeletionTimestamp is null && ToyScheduler.Holds(pod, fate) is { } held)
            return held;
        if (pod.Spec!.InitContainers!.Count == 1)
            return ToyPeer.Step(pod, fate, now);
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            return fate switch
            {
                PodFate.NodeLost => pod,
                PodFate.SavesWhenAsked => Ended(pod, "Failed", Trainer(pod, 75, "Error", now, """{"message":"saved","checkpoint":{"name":"step-50","step":50}}""")),
                PodFate.DoneWhenAsked => Published(Ended(pod, "Running", Trainer(pod, 0, "Completed", now)), PodFate.Succeed, now),
                _ => Ended(pod, "Failed", Trainer(pod, 143, "Error", now)),
            };
        }

        return pod.Status?.Phase switch
        {
            null => Scheduled(pod, fate, now),
            "Pending" when pod.Status.InitContainerStatuses!.Count == 1 => Fetched(pod, fate, now),
            _ when Status(pod, "trainer")?.State?.Running is not null => Trained(pod, fate, now),
            _ when Status(pod, "trainer")?.State?.Terminated is { ExitCode: 0 } => Published(pod, fate, now),
            _ => pod,
        };
    }

    private static V1Pod Scheduled(V1Pod pod, PodFate fate, DateTimeOffset now)
    {
        var state = fate == PodFate.ImagePullFails
            ? new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "ImagePullBackOff", Message = "Back-off" } }
            : new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = now } };
        return With(pod with { Spec = pod.Spec! with { NodeName = "node-1" } }, "Pending", new V1ContainerStatus { Name = "fetch", State = state });
    }

    private static V1Pod? Fetched(V1Pod pod, PodFate fate, DateTimeOffset now)
    {
        switch (fate)
        {
            case PodFate.ImagePullFails:
                return pod;
            case PodFate.Vanish:
                return null;
            case PodFate.DigestMismatch:
                return Ended(pod, "Failed", Ended("fetch", 65, "Error", now, now, Failure("DatasetDigestMismatch", "diamonds hashes to something else")));
            case PodFate.StoreDownInFetch:
                return Ended(pod, "Failed", Ended("fetch", 69, "Error", now, now, Failure("StoreUnavailable", "no answer")));
            default:
                var report = Encoding.UTF8.GetString(TerminationMessage.Fetched([new FetchedItem { Name = "diamonds", Uri = "modelop://x", Digest = "sha256:" + new string('a', 64), SizeBytes = 99 }]));
                return With(
                    pod,
                    "Pending",
                    Ended("fetch", 0, "Completed", now, now, report),
                    new V1ContainerStatus { Name = "trainer", Image = "model-operator-trainer:dev", ImageID = "docker.io/x@sha256:1", State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = now } } });
        }
    }

    private static V1Pod? Trained(V1Pod pod, PodFate fate, DateTimeOffset now)
    {
        switch (fate)
        {
            case PodFate.RunForever or PodFate.SavesWhenAsked or PodFate.DoneWhenAsked:
                return pod;
            case PodFate.NodeLost or PodFate.DeletedByUser:
                return pod with { Metadata = pod.Metadata with { DeletionTimestamp = now.AddSeconds(30), DeletionGracePeriodSeconds = 30 } };
            case PodFate.Evicted:
                var evicted = Ended(pod, "Failed", Trainer(pod, 137, "Error", now));
                return evicted with { Status = evicted.Status! with { Reason = "Evicted", Message = "The node was low on resource: memory." } };
            case PodFate.TrainerExits1:
                return Ended(pod, "Failed", Trainer(pod, 1, "Error", now));
            case PodFate.TrainerExits139:
                return Ended(pod, "Failed", Trainer(pod, 139, "Error", now));
            case PodFate.TrainerExits137:
                return Ended(pod, "Failed", Trainer(pod, 137, "Error", now));
            case PodFate.OutOfMemory:
                return Ended(pod, "Failed", Trainer(pod, 137, "OOMKilled", now));
            case PodFate.Yield:
                return Ended(pod, "Failed", Trainer(pod, 75, "Error", now));
            default:
                var done = With(pod, "Running", Status(pod, "fetch")!, Trainer(pod, 0, "Completed", now));
                return done with { Status = done.Status! with { ContainerStatuses = [new V1ContainerStatus { Name = "publish", State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = now } } }] } };
        }
    }

    private static V1Pod Published(V1Pod pod, PodFate fate, DateTimeOffset now)
    {
        var (code, message) = fate switch
        {
            PodFate.StoreDownInPublish => (69, Failure("StoreUnavailable", "no answer")),
            PodFate.NoMetrics => (65, Failure("ResultWithoutMetrics", "result.json: metrics is missing or empty")),
            _ => (0, Report()),
        };
        return pod with
        {
            Status = pod.Status! with
            {
                Phase = code == 0 ? "Succeeded" : "Failed",
                ContainerStatuses = [Ended("publish", code, code == 0 ? "Completed" : "Error", now, now, message)],
            },
        };
    }

    internal static V1ContainerStatus? Status(V1Pod pod, string name) =>
        (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []).FirstOrDefault(s => s.Name == name);

    internal static V1ContainerStatus Ended(string name, int code, string reason, DateTimeOffset from, DateTimeOffset to, string? message = null) => new()
    {
        Name = name,
        Image = "image",
        ImageID = "docker.io/x@sha256:1",
        State = new V1ContainerState
        {
            Terminated = new V1ContainerStateTerminated { ExitCode = code, Reason = reason, StartedAt = from, FinishedAt = to, Message = message },
        },
    };

    private static V1ContainerStatus Trainer(V1Pod pod, int code, string reason, DateTimeOffset now, string? message = null)
    {
        var started = Status(pod, "trainer")?.State?.Running?.StartedAt ?? now;
        return Ended("trainer", code, reason, started, now, message);
    }

    private static string Failure(string reason, string message) => Encoding.UTF8.GetString(TerminationMessage.Failure(reason, message));

    private static V1Pod Ended(V1Pod pod, string phase, V1ContainerStatus last) =>
        Status(pod, "fetch")?.State?.Terminated is not null && last.Name != "fetch"
            ? With(pod, phase, Status(pod, "fetch")!, last)
            : With(pod, phase, last);

    private static V1Pod With(V1Pod pod, string phase, params V1ContainerStatus[] statuses) =>
        pod with { Status = (pod.Status ?? new V1PodStatus()) with { Phase = phase, InitContainerStatuses = [.. statuses] } };
}
