using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>A namespace on the real kube-apiserver of the tests; the CRDs are those of crds/.</summary>
internal sealed class RealTestServer : TestServer
{
    private static readonly SemaphoreSlim Gate = new(1);
    private static bool installed;

    private readonly KubernetesClient client;
    private readonly HttpMessageHandler handler;

    private RealTestServer(KubernetesClient client, HttpMessageHandler handler, string space) => (this.client, this.handler, Space) = (client, handler, space);

    internal override string Space { get; }

    internal override KubernetesClientConfiguration Configuration => RealCluster.Configuration;

    internal override bool HasControllers => true;

    /// <summary>Longer than on the fake server: the looks of many worlds at once would take more of the machine than what they look for.</summary>
    internal override TimeSpan Pause => TimeSpan.FromMilliseconds(100);

    internal static async Task<RealTestServer> StartAsync()
    {
        var configuration = RealCluster.Configuration;
        var handler = ApiServerHandler.Create(configuration, RealCluster.Patient);
        var client = new KubernetesClient(configuration, RealCluster.Patient with { UserAgent = "world" }, TimeProvider.System, new Random(3), handler);
        await InstallAsync(client);
        var space = $"crash-{Guid.NewGuid().ToString("N")[..12]}";
        await client.CreateAsync(KubernetesDescriptors.Namespaces, new V1Namespace { Metadata = new() { Name = space } }, null, CancellationToken.None);
        while (!await TakesPodsAsync(client, space))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        return new(client, handler, space);
    }

    /// <summary>Pods are refused until the namespace has its service account and, before Kubernetes 1.24, that its token.</summary>
    private static async Task<bool> TakesPodsAsync(KubernetesClient client, string space)
    {
        var pod = new V1Pod { Metadata = new() { Name = "probe", NamespaceProperty = space }, Spec = new() { Containers = [new() { Name = "main", Image = "registry.invalid/none" }] } };
        try
        {
            await client.CreateAsync(KubernetesDescriptors.Pods, pod, new WriteOptions { DryRun = true }, CancellationToken.None);
            return true;
        }
        catch (KubernetesException refused) when (refused.IsForbidden || refused.Reason == KubernetesReasons.ServerTimeout)
        {
            return false;
        }
    }

    internal override HttpMessageHandler NewHandler() => ApiServerHandler.Create(Configuration, RealCluster.Patient);

    public override async ValueTask DisposeAsync()
    {
        await client.DeleteAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, Space, null, null, CancellationToken.None);
        await client.DeleteAsync(KubernetesDescriptors.Namespaces, Space, null, null, CancellationToken.None);
        client.Dispose();
        handler.Dispose();
    }

    private static async Task InstallAsync(KubernetesClient client)
    {
        await Gate.WaitAsync();
        try
        {
            if (installed)
                return;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "crds"), "*.yaml"))
                await ApplyAsync(client, await File.ReadAllBytesAsync(file));
            await ServedAsync(client);
            installed = true;
        }
        finally
        {
            Gate.Release();
        }
    }

    private static Task<V1CustomResourceDefinition> ApplyAsync(KubernetesClient client, byte[] yaml)
    {
        var text = System.Text.Encoding.UTF8.GetString(yaml);
        var name = text.Split('\n').First(static l => l.StartsWith("  name: ", StringComparison.Ordinal))["  name: ".Length..].Trim();
        return client.ApplyAsync(KubernetesDescriptors.CustomResourceDefinitions, name, null, yaml, new ApplyOptions { FieldManager = "operator-tests" }, CancellationToken.None);
    }

    private static async Task ServedAsync(KubernetesClient client)
    {
        while (true)
        {
            try
            {
                await client.ListAsync(ModelOperatorDescriptors.TrainingRuns, "default", null, CancellationToken.None);
                await client.ListAsync(ModelOperatorDescriptors.Models, "default", null, CancellationToken.None);
                await client.ListAsync(ModelOperatorDescriptors.ModelVersions, "default", null, CancellationToken.None);
                await client.ListAsync(ModelOperatorDescriptors.CanaryDeployments, "default", null, CancellationToken.None);
                await client.ListAsync(ModelOperatorDescriptors.CarbonBudgets, "default", null, CancellationToken.None);
                await client.ListAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, null, null, CancellationToken.None);
                await client.ListAsync(ModelOperatorDescriptors.BudgetOverrides, "default", null, CancellationToken.None);
                return;
            }
            catch (KubernetesException early) when (early.IsNotFound)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
            }
        }
    }
}
