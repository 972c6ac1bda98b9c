using ModelOperator.Api;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>The fake API server in this process, with our kinds.</summary>
internal sealed class FakeTestServer : TestServer
{
    private FakeTestServer(FakeApiServer api) => Api = api;

    internal FakeApiServer Api { get; }

    internal override string Space => "team-a";

    internal override KubernetesClientConfiguration Configuration => Api.Configuration;

    internal override bool HasControllers => false;

    internal static async Task<FakeTestServer> StartAsync(TimeProvider time)
    {
        var api = await FakeApiServer.StartAsync(new FakeApiServerOptions
        {
            Time = time,
            CollectGarbage = true,
            PodsDieGracefully = true,
            ListKeys = new Dictionary<string, string[]> { ["holds"] = ["runUid"], ["allocations"] = ["runUid"] },
        });
        api.Register(ModelOperatorDescriptors.TrainingRuns);
        api.Register(ModelOperatorDescriptors.Models);
        api.Register(ModelOperatorDescriptors.ModelVersions);
        api.Register(ModelOperatorDescriptors.CanaryDeployments);
        api.Register(ModelOperatorDescriptors.CarbonBudgets);
        return new(api);
    }

    internal override HttpMessageHandler NewHandler() => new SocketsHttpHandler();

    public override ValueTask DisposeAsync() => Api.DisposeAsync();
}
