using System.Text;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.Kubernetes;
using ModelOperator.Kueue;

namespace ModelOperator.Operator.Tests.World;

/// <summary>CRDs of Kueue and Gateway API, which lie beside the project and are not part of it.</summary>
internal static class ForeignCrds
{
    internal const string HttpRoutes = "httproutes.gateway.networking.k8s.io";

    internal static string Folder { get; } =
        Environment.GetEnvironmentVariable("MODELOP_FOREIGN_CRDS") is { Length: > 0 } named ? named : Path.Combine(RepositoryRoot.Path, "..", "shared", "data", "foreign-crds");

    internal static bool Has(string crd) => File.Exists(Path.Combine(Folder, crd + ".yaml"));

    internal static bool AreThere => File.Exists(Path.Combine(Folder, "workloads.kueue.x-k8s.io.yaml"));

    /// <summary>Installs those of Kueue that the operator reads.</summary>
    internal static async Task InstallAsync(IKubernetesClient client)
    {
        foreach (var name in new[] { "admissionchecks.kueue.x-k8s.io", "workloads.kueue.x-k8s.io" })
            await ApplyAsync(client, name, await File.ReadAllTextAsync(Path.Combine(Folder, name + ".yaml")));
        await ServedAsync(client, KueueDescriptors.AdmissionChecks);
        await ServedAsync(client, KueueDescriptors.Workloads);
    }

    /// <summary>Installs Gateway API's HTTPRoute.</summary>
    internal static async Task InstallHttpRoutesAsync(IKubernetesClient client)
    {
        await ApplyAsync(client, HttpRoutes, await File.ReadAllTextAsync(Path.Combine(Folder, HttpRoutes + ".yaml")));
        await ServedAsync(client, RoutingDescriptors.HttpRoutes);
    }

    /// <summary>
    /// Installs Istio's VirtualService: the shape of the parts that the operator reads (Istio's own lists declare no type either, so they are atomic),
    /// the rest as it comes.
    /// </summary>
    internal static async Task InstallVirtualServicesAsync(IKubernetesClient client)
    {
        await ApplyAsync(client, "virtualservices.networking.istio.io", """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"virtualservices.networking.istio.io"},
             "spec":{"group":"networking.istio.io","scope":"Namespaced",
              "names":{"kind":"VirtualService","listKind":"VirtualServiceList","plural":"virtualservices","singular":"virtualservice"},
              "versions":[{"name":"v1beta1","served":true,"storage":true,"subresources":{"status":{}},
               "schema":{"openAPIV3Schema":{"type":"object","properties":{
                "spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{
                 "hosts":{"type":"array","items":{"type":"string"}},
                 "http":{"type":"array","items":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{
                  "name":{"type":"string"},
                  "route":{"type":"array","items":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{
                   "weight":{"type":"integer","format":"int32"},
                   "destination":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"host":{"type":"string"}}}}}}}}}}},
                "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}
            """);
        await ServedAsync(client, RoutingDescriptors.VirtualServices with { Version = "v1beta1" });
    }

    private static Task<V1CustomResourceDefinition> ApplyAsync(IKubernetesClient client, string name, string text) => client.ApplyAsync(
        KubernetesDescriptors.CustomResourceDefinitions, name, null, Encoding.UTF8.GetBytes(text), new ApplyOptions { FieldManager = "operator-tests" }, CancellationToken.None);

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
