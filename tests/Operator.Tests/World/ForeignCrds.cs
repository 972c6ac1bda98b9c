using System.Text;
using ModelOperator.Kubernetes;
using ModelOperator.Kueue;

namespace ModelOperator.Operator.Tests.World;

/// <summary>Kueue's CRDs, which lie beside the project and are not part of it.</summary>
internal static class ForeignCrds
{
    internal static string Folder { get; } =
        Environment.GetEnvironmentVariable("MODELOP_FOREIGN_CRDS") is { Length: > 0 } named ? named : Path.Combine(RepositoryRoot.Path, "..", "shared", "data", "foreign-crds");

    internal static bool AreThere => File.Exists(Path.Combine(Folder, "workloads.kueue.x-k8s.io.yaml"));

    /// <summary>Installs those of Kueue that the operator reads.</summary>
    internal static async Task InstallAsync(IKubernetesClient client)
    {
        foreach (var name in new[] { "admissionchecks.kueue.x-k8s.io", "workloads.kueue.x-k8s.io" })
        {
            var yaml = await File.ReadAllTextAsync(Path.Combine(Folder, name + ".yaml"));
            await client.ApplyAsync(
                KubernetesDescriptors.CustomResourceDefinitions, name, null, Encoding.UTF8.GetBytes(yaml), new ApplyOptions { FieldManager = "operator-tests" }, CancellationToken.None);
        }

        await ServedAsync(client, KueueDescriptors.AdmissionChecks);
        await ServedAsync(client, KueueDescriptors.Workloads);
    }

    private static async Task ServedAsync<T>(IKubernetesClient client, EntityDescriptor<T> kind)
        where T : class, IKubernetesObject
    {
        while (true)
        {
            try
            {
                await client.ListAsync(kind, kind.Namespaced ? "default" : null, null, CancellationToken.None);
                return;
            }
            catch (KubernetesException early) when (early.IsNotFound)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
            }
        }
    }
}
