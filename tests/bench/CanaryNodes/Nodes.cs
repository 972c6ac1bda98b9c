using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryNodes;

/// <summary>Gives each Deployment the Pods that it asks for, ready from the beginning, and the status that follows. Takes no Pod away.</summary>
internal sealed class Nodes(KubernetesClient client, Addresses addresses)
{
    private const int Workers = 16;

    private readonly Channel<V1Deployment> _changed = Channel.CreateUnbounded<V1Deployment>();
    private readonly ConcurrentDictionary<string, int> _pods = new(StringComparer.Ordinal);

    internal void See(V1Deployment deployment)
    {
        if (deployment.Status?.ObservedGeneration != deployment.Metadata.Generation)
            _changed.Writer.TryWrite(deployment);
    }

    internal Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(stop)));

    private async Task WorkAsync(CancellationToken stop)
    {
        await foreach (var deployment in _changed.Reader.ReadAllAsync(stop))
        {
            try
            {
                await FulfilAsync(deployment, stop);
            }
            catch (Exception failure) when (failure is KubernetesException or HttpRequestException or TimeoutException)
            {
                await Console.Error.WriteLineAsync($"{deployment.Metadata.Name} is tried again: {failure.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(200), stop);
                _changed.Writer.TryWrite(deployment);
            }
        }
    }

    private async Task FulfilAsync(V1Deployment deployment, CancellationToken stop)
    {
        var (space, name) = (deployment.Metadata.NamespaceProperty!, deployment.Metadata.Name!);
        var wanted = deployment.Spec?.Replicas ?? 1;
        for (var i = _pods.GetValueOrDefault($"{space}/{name}"); i < wanted; i++)
        {
            await PodAsync(deployment, string.Create(CultureInfo.InvariantCulture, $"{name}-5d4f7b8c9-{i:D5}"), stop);
            _pods[$"{space}/{name}"] = i + 1;
        }

        var status = string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"status":{"observedGeneration":{{{deployment.Metadata.Generation}}},"replicas":{{{wanted}}},"updatedReplicas":{{{wanted}}},"readyReplicas":{{{wanted}}},"availableReplicas":{{{wanted}}}} }""");
        await StatusAsync(KubernetesDescriptors.Deployments, space, name, status, stop);
    }

    private async Task PodAsync(V1Deployment deployment, string name, CancellationToken stop)
    {
        var space = deployment.Metadata.NamespaceProperty!;
        var template = deployment.Spec!.Template!;
        var pod = new V1Pod
        {
            Metadata = new() { Name = name, NamespaceProperty = space, Labels = template.Metadata!.Labels, Annotations = template.Metadata.Annotations },
            // A token would need a controller that makes it.
            Spec = template.Spec! with { AutomountServiceAccountToken = false, SchedulerName = "none" },
        };
        try
        {
            await client.CreateAsync(KubernetesDescriptors.Pods, pod, null, stop);
        }
        catch (KubernetesException there) when (there.IsAlreadyExists)
        {
            // From a try whose end failed.
        }

        var canary = $"{space}/{template.Metadata.Labels!["modeloperator.io/canary"]}";
        await StatusAsync(KubernetesDescriptors.Pods, space, name, Running(template.Spec!, addresses.Next(canary)), stop);
    }

    private static string Running(V1PodSpec spec, string address)
    {
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string Container(V1Container container) =>
            $$$"""{"name":"{{{container.Name}}}","image":"{{{container.Image}}}","imageID":"","ready":true,"restartCount":0,"state":{"running":{"startedAt":"{{{now}}}"} } }""";
        string Condition(string type) => $$$"""{"type":"{{{type}}}","status":"True","lastTransitionTime":"{{{now}}}"}""";
        return $$$"""
            {"status":{"phase":"Running","podIP":"{{{address}}}","podIPs":[{"ip":"{{{address}}}"}],"hostIP":"127.0.0.1","startTime":"{{{now}}}",
            "conditions":[{{{string.Join(',', new[] { "Initialized", "Ready", "ContainersReady", "PodScheduled" }.Select(Condition))}}}],
            "containerStatuses":[{{{string.Join(',', spec.Containers.Select(Container))}}}]}}
            """;
    }

    private Task<T> StatusAsync<T>(EntityDescriptor<T> kind, string space, string name, string body, CancellationToken stop)
        where T : class, IKubernetesObject =>
        client.PatchAsync(kind, name, space, PatchKind.Merge, Encoding.UTF8.GetBytes(body), new PatchOptions { Subresource = "status" }, stop);
}
