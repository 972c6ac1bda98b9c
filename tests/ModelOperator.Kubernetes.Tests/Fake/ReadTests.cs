using System.Text.Json.Nodes;
using ModelOperator.Fakes;

namespace ModelOperator.Kubernetes.Tests;

public sealed class ReadTests : ClientTest
{
    [Fact]
    public async Task Get_of_an_absent_object_is_null() =>
        Assert.Null(await Client.GetAsync(KubernetesDescriptors.ConfigMaps, "none", "default", Token));

    [Fact]
    public async Task A_whole_list_follows_every_page_and_sees_the_state_of_the_first()
    {
        await CreateMapsAsync(25);
        var first = await Client.ListAsync(KubernetesDescriptors.ConfigMaps, "default", new ListOptions { Limit = 10 }, Token);
        Assert.Equal(10, first.Items.Count);
        Assert.Equal(15, first.Metadata.RemainingItemCount);
        await Client.DeleteAsync(KubernetesDescriptors.ConfigMaps, "map-020", "default", null, Token);
        var second = await Client.ListAsync(KubernetesDescriptors.ConfigMaps, "default", new ListOptions { Limit = 50, Continue = first.Metadata.ContinueProperty }, Token);
        Assert.Contains(second.Items, i => i.Metadata.Name == "map-020");

        Server.ClearRequests();
        var all = await Client.ListAllAsync(KubernetesDescriptors.ConfigMaps, null, new ListOptions { Limit = 10 }, Token);
        Assert.Equal(24, all.Items.Select(i => i.Metadata.Name).Distinct().Count());
        Assert.Equal(3, Server.Requests.Count);
        Assert.Equal(Server.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture), all.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task An_expired_continue_token_is_thrown_as_gone()
    {
        await CreateMapsAsync(3);
        var first = await Client.ListAsync(KubernetesDescriptors.ConfigMaps, "default", new ListOptions { Limit = 1 }, Token);
        Server.ExpireContinueTokens();
        var gone = await Assert.ThrowsAsync<KubernetesException>(() =>
            Client.ListAsync(KubernetesDescriptors.ConfigMaps, "default", new ListOptions { Limit = 1, Continue = first.Metadata.ContinueProperty }, Token));
        Assert.True(gone.IsGone);
        Assert.Equal(KubernetesReasons.Expired, gone.Reason);
    }

    [Theory]
    [InlineData("app=a", null, "one,two")]
    [InlineData("app!=a", null, "three")]
    [InlineData("app in (a, b),tier", null, "two")]
    [InlineData("tier notin (x)", null, "one,three")]
    [InlineData("!tier", null, "one,three")]
    [InlineData(null, "metadata.name=two", "two")]
    public async Task Selectors_reach_the_server(string? labels, string? fields, string expected)
    {
        foreach (var (name, app, tier) in new[] { ("one", "a", null), ("two", "a", "x"), ("three", "b", (string?)null) })
        {
            var map = Map(name);
            map.Metadata.Labels = new() { ["app"] = app };
            if (tier is not null)
                map.Metadata.Labels["tier"] = tier;
            await Client.CreateAsync(KubernetesDescriptors.ConfigMaps, map, null, Token);
        }

        var list = await Client.ListAllAsync(KubernetesDescriptors.ConfigMaps, "default", new ListOptions { LabelSelector = labels, FieldSelector = fields }, Token);
        Assert.Equal(expected.Split(',').Order(), list.Items.Select(i => i.Metadata.Name).Order());
    }

    [Fact]
    public async Task Lists_strip_the_last_applied_annotation_and_get_keeps_it()
    {
        var map = Map("m");
        map.Metadata.Annotations = new() { ["kubectl.kubernetes.io/last-applied-configuration"] = "{}", ["other"] = "x" };
        await Client.CreateAsync(KubernetesDescriptors.ConfigMaps, map, null, Token);
        var listed = (await Client.ListAllAsync(KubernetesDescriptors.ConfigMaps, "default", null, Token)).Items.Single();
        Assert.Equal(["other"], listed.Metadata.Annotations!.Keys);
        var read = await Client.GetAsync(KubernetesDescriptors.ConfigMaps, "m", "default", Token);
        Assert.Equal(2, read!.Metadata.Annotations!.Count);
    }

    [Fact]
    public async Task Discovery_chooses_the_first_version_that_is_served_and_remembers()
    {
        var api = await Client.DiscoverAsync(refresh: false, Token);
        Assert.Equal("v1beta1", api.ChooseVersion("policy", "poddisruptionbudgets", "v1", "v1beta1"));
        Assert.Equal("v1", api.ChooseVersion("apps", "deployments", "v1"));
        Assert.Null(api.ChooseVersion("modeloperator.io", "trainingruns", "v1alpha1"));
        Assert.True(api.Serves(string.Empty, "v1", "pods/status"));

        Server.Register(new FakeResource("modeloperator.io", "v1alpha1", "trainingruns", "TrainingRun"));
        Assert.Same(api, await Client.DiscoverAsync(refresh: false, Token));
        var fresh = await Client.DiscoverAsync(refresh: true, Token);
        Assert.Equal("v1alpha1", fresh.ChooseVersion("modeloperator.io", "trainingruns", "v1alpha1"));
    }

    [Fact]
    public async Task Discovery_survives_a_broken_aggregated_group()
    {
        Server.Inject(new Fault(r => r.Path == "/apis/policy.example.io/v1", FaultKind.Status) { Code = 503 });
        Server.Register(new FakeResource("policy.example.io", "v1", "things", "Thing"));
        var api = await Client.DiscoverAsync(refresh: false, Token);
        Assert.False(api.Serves("policy.example.io", "v1", "things"));
        Assert.True(api.Serves(string.Empty, "v1", "pods"));
    }

    [Fact]
    public async Task Version_and_raw_paths_are_readable()
    {
        Assert.Equal("v1.20.2", (await Client.GetVersionAsync(Token)).GitVersion);
        await using var stream = await Client.OpenReadAsync("/readyz", Token);
        using var reader = new StreamReader(stream);
        Assert.Equal("ok", await reader.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task Reviews_and_token_requests_are_posted()
    {
        Server.Reviews.Tokens = token => new JsonObject { ["authenticated"] = token == "good", ["user"] = new JsonObject { ["username"] = "u" } };
        Server.Reviews.Access = spec => (string?)spec["resourceAttributes"]?["verb"] == "create";
        var review = await Client.PostAsync(
            "/apis/authentication.k8s.io/v1/tokenreviews", new V1TokenReview { Spec = new() { Token = "good" } },
            KubernetesJson.Default.V1TokenReview, KubernetesJson.Default.V1TokenReview, Token);
        Assert.Equal("u", review.Status!.User!.Username);
        var access = await Client.PostAsync(
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            new V1SubjectAccessReview { Spec = new() { User = "u", ResourceAttributes = new() { Verb = "create" } } },
            KubernetesJson.Default.V1SubjectAccessReview, KubernetesJson.Default.V1SubjectAccessReview, Token);
        Assert.True(access.Status!.Allowed);

        await Client.CreateAsync(KubernetesDescriptors.ServiceAccounts, new V1ServiceAccount { Metadata = new() { Name = "sa", NamespaceProperty = "default" } }, null, Token);
        var token = await Client.CreateSubresourceAsync(
            KubernetesDescriptors.ServiceAccounts, "sa", "default", "token", new V1TokenRequest { Spec = new() { ExpirationSeconds = 600 } },
            KubernetesJson.Default.V1TokenRequest, KubernetesJson.Default.V1TokenRequest, Token);
        Assert.Equal("token-of-default-sa", token.Status!.Token);
    }

    [Fact]
    public async Task Names_and_namespaces_are_checked_before_anything_is_sent()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Client.GetAsync(KubernetesDescriptors.ConfigMaps, "x", null, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.GetAsync(KubernetesDescriptors.Nodes, "x", "default", Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.GetAsync(KubernetesDescriptors.ConfigMaps, string.Empty, "default", Token));
        Assert.Empty(Server.Requests);
    }
}
