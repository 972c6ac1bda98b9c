using System.Text.Json.Nodes;
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

    internal override TimeSpan Pause => TimeSpan.FromMilliseconds(20);

    internal static async Task<FakeTestServer> StartAsync(TimeProvider time, string version)
    {
        var api = await FakeApiServer.StartAsync(new FakeApiServerOptions
        {
            Time = time,
            GitVersion = version,
            CollectGarbage = true,
            PodsDieGracefully = true,
            ListKeys = new Dictionary<string, string[]> { ["holds"] = ["runUid"], ["allocations"] = ["runUid"], ["admissionChecks"] = ["name"] },
        });
        Register(api, ModelOperatorDescriptors.TrainingRuns);
        Register(api, ModelOperatorDescriptors.Models);
        Register(api, ModelOperatorDescriptors.ModelVersions);
        Register(api, ModelOperatorDescriptors.CanaryDeployments);
        Register(api, ModelOperatorDescriptors.CarbonBudgets);
        Register(api, ModelOperatorDescriptors.ClusterCarbonBudgets);
        Register(api, ModelOperatorDescriptors.BudgetOverrides);
        var server = new FakeTestServer(api);
        api.Add("namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = server.Space } });
        return server;
    }

    private static void Register<T>(FakeApiServer api, EntityDescriptor<T> kind)
        where T : class, IKubernetesObject => api.Register(new FakeResource(kind.Group, kind.Version, kind.Plural, kind.Kind, kind.Namespaced) { Validate = Check });

    /// <summary>As seen on a real 1.20: a condition without a message is refused, since the empty text counts as null.</summary>
    private static string? Check(JsonObject next, JsonObject? old) =>
        (next["status"]?["conditions"] as JsonArray ?? []).FirstOrDefault(static c => (string?)c!["message"] is null or "") is { } mute
            ? $"status.conditions.message: Invalid value: \"null\": condition {mute["type"]} has no message"
            : null;

    internal override HttpMessageHandler NewHandler() => new SocketsHttpHandler();

    public override ValueTask DisposeAsync() => Api.DisposeAsync();
}
