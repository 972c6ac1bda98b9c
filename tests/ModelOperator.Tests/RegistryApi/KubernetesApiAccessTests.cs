using System.Text.Json.Nodes;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.RegistryApi;

namespace ModelOperator.Tests.RegistryApi;

public sealed class KubernetesApiAccessTests
{
    [Fact]
    public async Task People_read_what_kubernetes_lets_them_read_and_the_answer_holds_for_a_moment()
    {
        await using var api = await FakeApiServer.StartAsync();
        var (reviews, allowed) = (new List<string>(), true);
        api.Reviews.Tokens = token =>
        {
            reviews.Add("token");
            return token == "anns-token"
                ? new JsonObject { ["authenticated"] = true, ["user"] = new JsonObject { ["username"] = "ann" } }
                : new JsonObject { ["authenticated"] = false };
        };
        api.Reviews.Access = spec =>
        {
            var wanted = spec["resourceAttributes"]!;
            reviews.Add($"{spec["user"]} {wanted["verb"]} {wanted["resource"]}.{wanted["group"]} {wanted["namespace"]} {wanted["name"]}".TrimEnd());
            return allowed && (string?)wanted["namespace"] == "ml";
        };
        using var client = new KubernetesClient(api.Configuration, new KubernetesClientOptions { MaxRetries = 0 }, TimeProvider.System, new Random(1));
        var clock = new FakeTimeProvider();
        using var access = new KubernetesApiAccess(client, clock);
        Assert.Equal(401, (await access.KnowsAsync("stranger", CancellationToken.None)).Status);
        Assert.Equal(401, (await access.MayAsync("stranger", "list", "models", "ml", null, CancellationToken.None)).Status);
        reviews.Clear();

        for (var i = 0; i < 3; i++)
        {
            Assert.True((await access.KnowsAsync("anns-token", CancellationToken.None)).IsAllowed);
            Assert.True((await access.MayAsync("anns-token", "list", "models", "ml", null, CancellationToken.None)).IsAllowed);
            var refused = await access.MayAsync("anns-token", "list", "models", null, null, CancellationToken.None);
            Assert.Equal(403, refused.Status);
            Assert.Contains("User ann may not list models.modeloperator.io in the whole cluster", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["token", "ann list models.modeloperator.io ml", "ann list models.modeloperator.io"], reviews);
        // Of one object more may be allowed than of all: it is a question of its own.
        Assert.True((await access.MayAsync("anns-token", "get", "models", "ml", "diamonds", CancellationToken.None)).IsAllowed);
        Assert.Equal("ann get models.modeloperator.io ml diamonds", reviews[^1]);

        allowed = false;
        clock.Advance(KubernetesApiAccess.Life);
        Assert.Equal(403, (await access.MayAsync("anns-token", "list", "models", "ml", null, CancellationToken.None)).Status);
        clock.Advance(KubernetesApiAccess.Life);
        // Something between that answers in the server's place.
        api.Inject(new Fault(static _ => true, FaultKind.GarbageBody) { Times = 1 });
        Assert.Equal(503, (await access.KnowsAsync("anns-token", CancellationToken.None)).Status);
        await api.DisposeAsync();
        Assert.Equal(503, (await access.KnowsAsync("anns-token", CancellationToken.None)).Status);
    }

    [Fact]
    public async Task Questions_that_the_API_server_does_not_answer_do_not_pile_up()
    {
        await using var api = await FakeApiServer.StartAsync();
        api.Reviews.Tokens = static _ => new JsonObject { ["authenticated"] = true, ["user"] = new JsonObject { ["username"] = "ann" } };
        using var client = new KubernetesClient(
            api.Configuration, new KubernetesClientOptions { MaxRetries = 0, RequestTimeout = TimeSpan.FromHours(1) }, TimeProvider.System, new Random(1));
        using var access = new KubernetesApiAccess(client, new FakeTimeProvider());
        Assert.True((await access.KnowsAsync("known", CancellationToken.None)).IsAllowed);
        api.Inject(new Fault(static _ => true, FaultKind.Hang));
        using var enough = new CancellationTokenSource();
        var hanging = Enumerable.Range(0, KubernetesApiAccess.MostQuestions).Select(i => access.KnowsAsync($"junk-{i}", enough.Token)).ToList();
        var late = await access.KnowsAsync("one-more", CancellationToken.None);
        Assert.Equal(503, late.Status);
        Assert.Contains("too many tokens", late.Message, StringComparison.Ordinal);
        // Who was answered a moment ago waits for nobody.
        Assert.True((await access.KnowsAsync("known", CancellationToken.None)).IsAllowed);
        await enough.CancelAsync();
        Assert.All(await Task.WhenAll(hanging.Select(static one => Assert.ThrowsAnyAsync<OperationCanceledException>(() => one))), Assert.NotNull);
    }
}
