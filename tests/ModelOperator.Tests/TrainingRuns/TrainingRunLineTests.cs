using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Api;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>Turns under a namespace's limit of one run, most of a leader whose cache shows nothing that happened after its start.</summary>
public sealed class TrainingRunLineTests
{
    private const string Space = "team";

    [Theory]
    [InlineData(TrainingRunPhase.Pending, true)]
    [InlineData(TrainingRunPhase.Running, false)]
    [InlineData(TrainingRunPhase.Succeeded, true)]
    public Task A_new_leader_knows_the_attempts_that_its_predecessor_began_last(TrainingRunPhase other, bool granted) => AskAsync(async (server, client, line, time) =>
    {
        server.SetStatus("trainingruns", Space, "other", Status(other));
        var asks = await RunAsync(client, "asks");
        Assert.Equal(granted, (await line.AskAsync(asks, default))?.Granted);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(granted, (await line.AskAsync(asks, default))?.Granted);
    });

    [Fact]
    public Task A_turn_is_held_for_a_pass_that_takes_long_and_for_a_while_after_it() => AskAsync(async (_, client, line, time) =>
    {
        var (slow, other) = (await RunAsync(client, "other"), await RunAsync(client, "asks"));
        Assert.True((await line.AskAsync(slow, default))!.Granted);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.False((await line.AskAsync(other, default))!.Granted);
        line.Ended(other);
        line.Ended(slow);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False((await line.AskAsync(other, default))!.Granted);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await line.AskAsync(other, default))!.Granted);
    });

    [Fact]
    public async Task An_attempt_that_comes_into_the_cache_as_another_run_asks_is_counted()
    {
        var time = new InterruptedTime();
        await WithLineAsync(time, follows: true, async (server, client, caches, line) =>
        {
            var (begins, asks) = (await RunAsync(client, "other"), await RunAsync(client, "asks"));
            Assert.True((await line.AskAsync(begins, default))!.Granted);
            line.Ended(begins);
            var runs = caches.For(ModelOperatorDescriptors.TrainingRuns, TrainingRunLine.RunCache);
            // As the line looks how long ago the turn was taken.
            time.Looked = () =>
            {
                server.SetStatus("trainingruns", Space, "other", Status(TrainingRunPhase.Running));
                SpinWait.SpinUntil(() => runs.Get(Space, "other")?.Status?.CurrentAttempt is not null);
            };
            Assert.False((await line.AskAsync(asks, default))!.Granted);
            Assert.Null(time.Looked);
        });
    }

    private static Task AskAsync(Func<FakeApiServer, KubernetesClient, TrainingRunLine, FakeTimeProvider, Task> act)
    {
        var time = new FakeTimeProvider();
        return WithLineAsync(time, follows: false, (server, client, _, line) => act(server, client, line, time));
    }

    private static async Task WithLineAsync(TimeProvider time, bool follows, Func<FakeApiServer, KubernetesClient, Caches, TrainingRunLine, Task> act)
    {
        await using var server = await FakeApiServer.StartAsync(new());
        server.Register(ModelOperatorDescriptors.TrainingRuns);
        server.Add("namespaces", new() { ["metadata"] = new JsonObject { ["name"] = Space, ["annotations"] = new JsonObject { [ModelOperatorApi.MaxConcurrentRunsAnnotation] = "1" } } });
        server.Add("trainingruns", Run("other"));
        server.Add("trainingruns", Run("asks"));
        if (!follows)
            server.Inject(new Fault(static r => r is { Verb: "watch", Resource: "trainingruns" }, FaultKind.SilentWatch));
        using var stop = new CancellationTokenSource();
        using var client = new KubernetesClient(server.Configuration, new(), TimeProvider.System, new Random(1));
        using var metrics = new RuntimeMetrics();
        var caches = new Caches(client, new(), TimeProvider.System, metrics, NullLoggerFactory.Instance);
        var line = new TrainingRunLine(client, caches, time);
        var running = caches.RunAsync(stop.Token);
        await caches.WaitForSyncAsync(stop.Token);

        await act(server, client, caches, line);
        await stop.CancelAsync();
        await running;
    }

    private static async Task<V1TrainingRun> RunAsync(KubernetesClient client, string name) => (await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, name, Space, default))!;

    private static JsonObject Run(string name) => JsonSerializer.SerializeToNode(
        new V1TrainingRun { Metadata = new() { Name = name, NamespaceProperty = Space }, Spec = Runs.Spec }, TrainingRunsJson.Default.V1TrainingRun)!.AsObject();

    private static JsonObject Status(TrainingRunPhase phase)
    {
        var status = new TrainingRunStatus
        {
            Phase = phase,
            Attempts = phase == TrainingRunPhase.Pending ? null : new() { Execution = 1 },
            CurrentAttempt = phase == TrainingRunPhase.Running ? new() { Number = 1 } : null,
        };
        return JsonSerializer.SerializeToNode(status, TrainingRunsJson.Default.TrainingRunStatus)!.AsObject();
    }

    private sealed class InterruptedTime : TimeProvider
    {
        /// <summary>Runs once, in the middle of the next look at the clock.</summary>
        internal Action? Looked { get; set; }

        public override long GetTimestamp()
        {
            var looked = Looked;
            Looked = null;
            looked?.Invoke();
            return 0;
        }
    }
}
