using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.Commands;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.Commands;

public sealed class CommandAccessTests
{
    private static readonly V1UserInfo User = new() { Username = "eve", Groups = ["team-a"], Uid = "u1" };

    [Fact]
    public async Task Whoever_has_the_verb_on_the_object_may_give_the_command()
    {
        JsonObject? asked = null;
        var (refusal, reviews) = await AskAsync(null, "pause 1", spec => (asked = spec) is not null);
        Assert.Null(refusal);
        Assert.Equal(1, reviews);
        Assert.Equal("eve", (string?)asked!["user"]);
        Assert.Equal("team-a", (string?)asked["groups"]![0]);
        var attributes = asked["resourceAttributes"]!;
        Assert.Equal(
            ("pause", "modeloperator.io", "trainingruns", "churn", "team-a"),
            ((string?)attributes["verb"], (string?)attributes["group"], (string?)attributes["resource"], (string?)attributes["name"], (string?)attributes["namespace"]));
    }

    [Fact]
    public async Task A_refusal_names_user_verb_object_and_role()
    {
        var (refusal, _) = await AskAsync("pause 1", "stop 2", _ => false);
        Assert.Equal((false, 403), (refusal!.Allowed, refusal.Code));
        Assert.Equal(
            "user eve may not stop trainingruns.modeloperator.io \"churn\" in namespace team-a: the verb \"stop\" is needed, which ClusterRole model-operator-editor grants",
            refusal.Message);
    }

    [Theory]
    [InlineData("stop 1", "stop 1")]
    [InlineData("stop 1", null)]
    [InlineData("stop 1", " ")]
    [InlineData(null, null)]
    public async Task A_write_that_asks_for_nothing_new_asks_nobody(string? before, string? after)
    {
        var (refusal, reviews) = await AskAsync(before, after, _ => false);
        Assert.Null(refusal);
        Assert.Equal(0, reviews);
    }

    [Theory]
    [InlineData("explode 1")]
    [InlineData("promote 1")]
    public async Task An_unknown_action_is_refused_with_the_allowed(string command)
    {
        var (refusal, reviews) = await AskAsync(null, command, _ => true);
        Assert.Equal(422, refusal!.Code);
        Assert.Contains("pause, resume, stop", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, reviews);
    }

    [Fact]
    public async Task A_run_on_its_way_out_is_nobodys_business()
    {
        await using var server = await FakeApiServer.StartAsync();
        using var client = Client(server);
        var run = Run("stop 1");
        run.Metadata.DeletionTimestamp = DateTimeOffset.UnixEpoch;
        Assert.Null(await CommandAccess.TrainingRuns.RefusalAsync(Input(null, run), client, CancellationToken.None));
    }

    [Fact]
    public async Task When_the_server_does_not_answer_nobody_may_on_a_guess()
    {
        await using var server = await FakeApiServer.StartAsync();
        using var client = Client(server);
        server.Reviews.Access = _ => throw new InvalidOperationException("broken");
        await Assert.ThrowsAnyAsync<Exception>(async () => await CommandAccess.TrainingRuns.RefusalAsync(Input(null, Run("stop 1")), client, CancellationToken.None));
    }

    [Fact]
    public void The_roles_that_refusals_name_grant_all_their_verbs()
    {
        var people = File.ReadAllText(Path.Combine(Crds.RepositoryRoot.Path, "config", "rbac", "people.yaml")).Split("\n---");
        foreach (var access in (CommandAccess[])[CommandAccess.TrainingRuns, CommandAccess.CanaryDeployments])
        {
            var role = Assert.Single(people, p => p.Contains($"  name: {access.Role}\n", StringComparison.Ordinal));
            var rule = Assert.Single(role.Split("- apiGroups:"), r => r.Contains($"resources: [{access.Resource}]", StringComparison.Ordinal));
            var verbs = rule[(rule.IndexOf("verbs: [", StringComparison.Ordinal) + 8)..].Split(']')[0].Split(", ");
            Assert.Superset(access.Actions.ToHashSet(), verbs.ToHashSet());
        }
    }

    [Theory]
    [InlineData("stop 1", "stop", "1")]
    [InlineData("  stop   1 ", "stop", "1")]
    [InlineData("stop", "", "stop")]
    [InlineData("stop 1 2", "", "stop 1 2")]
    [InlineData(" ", null, null)]
    [InlineData(null, null, null)]
    public void A_command_is_two_words(string? text, string? action, string? id) => Assert.Equal((action, id), (UserCommand.Parse(text)?.Action, UserCommand.Parse(text)?.Id));

    [Fact]
    public void A_long_identifier_is_cut() => Assert.Equal(128, UserCommand.Parse("stop " + new string('x', 5000))!.Id.Length);

    private static async Task<(AdmissionDecision? Refusal, int Reviews)> AskAsync(string? before, string? after, Func<JsonObject, bool> access)
    {
        await using var server = await FakeApiServer.StartAsync();
        using var client = Client(server);
        var reviews = 0;
        server.Reviews.Access = spec => Interlocked.Increment(ref reviews) > 0 && access(spec);
        var refusal = await CommandAccess.TrainingRuns.RefusalAsync(Input(before is null ? null : Run(before), Run(after)), client, CancellationToken.None);
        return (refusal, reviews);
    }

    private static AdmissionInput<V1TrainingRun> Input(V1TrainingRun? old, V1TrainingRun run) =>
        new(old is null ? "CREATE" : "UPDATE", run, old, User, "team-a", null, false);

    private static V1TrainingRun Run(string? command) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "churn",
            NamespaceProperty = "team-a",
            Annotations = command is null ? null : new(StringComparer.Ordinal) { [ModelOperatorApi.CommandAnnotation] = command },
        },
    };

    private static KubernetesClient Client(FakeApiServer server) =>
        new(server.Configuration, new KubernetesClientOptions { RetryBackoff = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, new Random(1));
}
