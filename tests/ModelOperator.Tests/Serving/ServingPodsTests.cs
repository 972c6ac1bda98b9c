using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Serving;
using ModelOperator.Tests.Registry;

namespace ModelOperator.Tests.Serving;

public sealed class ServingPodsTests
{
    [Fact]
    public void What_pods_have_in_common_is_in_memory_once_and_each_keeps_what_is_its_own()
    {
        var pods = new MemoryStore<V1Pod>();
        foreach (var (name, version) in new[] { ("a", "diamonds-1"), ("b", "diamonds-1"), ("c", "diamonds-2") })
            pods.Put(Pod(name, version));
        var read = new ServingPods(pods, new MemoryStore<V1CanaryDeployment>(), new FakeTimeProvider(Samples.Noon)).Read();
        Assert.Equal(["uid-a ml price server diamonds diamonds-1", "uid-b ml price server diamonds diamonds-1", "uid-c ml price server diamonds diamonds-2"],
            read.Select(static p => $"{p.Uid} {p.Namespace} {p.Canary} {p.Component} {p.Model} {p.Version}"));
        Assert.All(read, pod =>
        {
            Assert.Same(read[0].Namespace, pod.Namespace);
            Assert.Same(read[0].Canary, pod.Canary);
            Assert.Same(read[0].Component, pod.Component);
            Assert.Same(read[0].Model, pod.Model);
        });
        Assert.Same(read[0].Version, read[1].Version);
    }

    /// <summary>With texts of its own, as each object that is read from JSON has.</summary>
    private static V1Pod Pod(string name, string version) => new()
    {
        Metadata = new()
        {
            Name = name,
            NamespaceProperty = Own("ml"),
            Uid = "uid-" + name,
            Labels = new()
            {
                [ModelOperatorApi.CanaryLabel] = Own("price"),
                [ModelOperatorApi.ComponentLabel] = Own(ServingPod.Server),
                [ModelOperatorApi.ModelLabel] = Own("diamonds"),
                [ModelOperatorApi.VersionLabel] = Own(version),
            },
        },
        Status = new() { StartTime = Samples.Noon },
    };

    private static string Own(string text) => new(text.AsSpan());
}
