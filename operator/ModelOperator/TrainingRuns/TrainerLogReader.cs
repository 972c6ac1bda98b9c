using System.Text;
using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Reads the end of a trainer's log through the API server: once its result is published without any metric, <c>name=value</c> lines are the run's
/// metrics; while it works they are its progress.
/// </summary>
/// <param name="client">API server.</param>
/// <param name="time">Clock.</param>
public sealed class TrainerLogReader(IKubernetesClient client, TimeProvider time)
{
    private const int TailLines = 2000;
    private const int MostBytes = 1 << 20;
    private const int LiveLines = 200;
    private const int LiveBytes = 1 << 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What the log says; null when it is not needed.</summary>
    /// <param name="pods">Pods of the run.</param>
    /// <param name="podUid">Pod of the attempt under way; null when there is none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<LoggedMetrics?> ReadAsync(IReadOnlyList<V1Pod> pods, string? podUid, CancellationToken cancellationToken)
    {
        if (podUid is null || pods.FirstOrDefault(pod => pod.Metadata.Uid == podUid) is not { } pod || !LacksMetrics(pod))
            return null;
        var (text, problem) = await LogAsync(pod, TailLines, MostBytes, cancellationToken);
        return new LoggedMetrics(podUid, text is null ? [] : [.. TrainerLogProgress.Metrics(NamedValueLines.Read(text))], problem);
    }

    /// <summary>The last lines of a trainer at work; null when they cannot be read.</summary>
    /// <param name="pod">Its Pod.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<string?> TailAsync(V1Pod pod, CancellationToken cancellationToken) =>
        (await LogAsync(pod, LiveLines, LiveBytes, cancellationToken)).Text;

    private async Task<(string? Text, string? Problem)> LogAsync(V1Pod pod, int lines, int bytes, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var path = FormattableString.Invariant(
                $"/api/v1/namespaces/{pod.Metadata.NamespaceProperty}/pods/{pod.Metadata.Name}/log?container={TrainingRunPods.TrainerContainer}&tailLines={lines}&limitBytes={bytes}");
            await using var body = await client.OpenReadAsync(path, linked.Token);
            return (await TextAsync(body, bytes, linked.Token), null);
        }
        catch (Exception failure) when (failure is KubernetesException or HttpRequestException or TimeoutException or IOException)
        {
            return (null, failure.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"no answer within {Patience.TotalSeconds:0} s");
        }
    }

    private static bool LacksMetrics(V1Pod pod) =>
        pod.Status?.ContainerStatuses?.Find(static status => status.Name == TrainingRunPods.PublishContainer)?.State?.Terminated is { ExitCode: 0 } ended
        && TerminationMessage.TryReadPublish(ended.Message) is { Metrics.Count: 0, NoResultFile: not true };

    private static async Task<string> TextAsync(Stream body, int most, CancellationToken cancellationToken)
    {
        var buffer = new byte[most];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }
}
