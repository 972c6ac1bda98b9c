using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Discovery;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Discovery;

public sealed class DescriptorsTests : RuntimeTest
{
    [Theory]
    [InlineData("v1.20.2", "v1beta1")]
    [InlineData("v1.31.0", "v1")]
    public async Task The_version_that_the_server_serves_is_chosen(string server, string version)
    {
        await using var other = await FakeApiServer.StartAsync(new FakeApiServerOptions { GitVersion = server });
        using var client = new KubernetesClient(other.Configuration, new KubernetesClientOptions(), TimeProvider.System, new Random(1));
        var chosen = await Descriptors.ChooseAsync(client, KubernetesDescriptors.PodDisruptionBudgets, ["v1beta1"], Token);
        Assert.Equal(version, chosen.Version);
        Assert.Empty((await client.ListAllAsync(chosen, null, null, Token)).Items);
    }

    [Fact]
    public async Task A_kind_in_no_known_version_is_a_named_error() =>
        await Assert.ThrowsAsync<ApiVersionException>(() =>
            Descriptors.ChooseAsync(Client, KubernetesDescriptors.PodDisruptionBudgets with { Version = "v9" }, ["v8"], Token));

    [Fact]
    public async Task An_api_that_was_installed_after_the_first_look_is_found()
    {
        await Client.DiscoverAsync(false, Token);
        Server.Register(new FakeResource("late.io", "v1", "lates", "Late"));
        var chosen = await Descriptors.ChooseAsync(Client, Kinds.Widgets with { Group = "late.io", Plural = "lates", Version = "v2" }, ["v1"], Token);
        Assert.Equal("v1", chosen.Version);
    }
}
