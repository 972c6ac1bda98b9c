using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Events;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Tests.Artifacts;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.CarbonBudgets.Budgets;

namespace ModelOperator.Tests.CarbonBudgets;

/// <summary>Two ledgers that both believe they lead, each with caches of its own, against one API server.</summary>
public sealed class CarbonBudgetControllerTests
{
    private sealed class Silent : IEventRecorder
    {
        public void Record(V1ObjectReference regarding, EventNote note, string controller)
        {
        }
    }

    private static JsonObject Json(V1TrainingRun run)
    {
        var json = JsonSerializer.SerializeToNode(run, TrainingRunsJson.Default.V1TrainingRun)!.AsObject();
        json["metadata"]!.AsObject().Remove("uid");
        json["metadata"]!.AsObject().Remove("resourceVersion");
        return json;
    }

    private static JsonObject Json(V1CarbonBudget budget)
    {
        var json = JsonSerializer.SerializeToNode(budget, CarbonBudgetsJson.Default.V1CarbonBudget)!.AsObject();
        json["metadata"]!.AsObject().Remove("uid");
        json["metadata"]!.AsObject().Remove("resourceVersion");
        return json;
    }

    private static CarbonBudgetStatus Status(FakeApiServer server, string name) =>
        server.Find("carbonbudgets", "team", name)!.Deserialize(CarbonBudgetsJson.Default.V1CarbonBudget)!.Status ?? new();

    private static async Task LedgerAsync(FakeApiServer server, CancellationToken stop)
    {
        using var client = new KubernetesClient(server.Configuration, new() { RetryBackoff = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, new Random(1));
        using var metrics = new RuntimeMetrics();
        var caches = new Caches(client, new(), TimeProvider.System, metrics, NullLoggerFactory.Instance);
        var controller = new CarbonBudgetController(client, caches, new(TimeProvider.System), new Silent(), TimeProvider.System, new());
        var running = caches.RunAsync(stop);
        try
        {
            await caches.WaitForSyncAsync(stop);
            while (!stop.IsCancellationRequested)
            {
                await controller.ReconcileAsync(new("team", "ledger"), stop);
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }

        await running;
    }

    [Fact]
    public async Task Two_hundred_runs_at_once_and_two_competing_ledgers_never_pass_a_limit_and_book_every_run_once()
    {
        await using var server = await FakeApiServer.StartAsync(new() { BookmarkInterval = TimeSpan.FromMilliseconds(50) });
        server.Register(ModelOperatorDescriptors.CarbonBudgets);
        server.Register(ModelOperatorDescriptors.BudgetOverrides);
        server.Register(ModelOperatorDescriptors.TrainingRuns);
        server.Add("carbonbudgets", Json(Budget("all", "20.4")));
        server.Add("carbonbudgets", Json(Budget("also", "30")));
        for (var i = 0; i < 200; i++)
        {
            server.Add("trainingruns", Json(Run($"r{i:000}", 500)));
            server.SetStatus("trainingruns", "team", $"r{i:000}", Json(Run("r", 500))["status"]!.AsObject());
        }

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(400));
        using var watch = new CancellationTokenSource(TimeSpan.FromSeconds(300));
        Task[] ledgers = [LedgerAsync(server, stop.Token), LedgerAsync(server, stop.Token)];
        HashSet<string> ended = [];
        while (ended.Count < 200)
        {
            Assert.False(watch.IsCancellationRequested, $"only {ended.Count} runs were admitted in time; {server.Requests.Count} requests, {server.Writes.Count(w => w.StatusCode < 300)} writes, {server.Writes.Count(w => w.StatusCode == 409)} conflicts, {Status(server, "all").Emissions}, {Status(server, "also").Emissions}");
            var (all, also) = (Status(server, "all"), Status(server, "also"));
            Assert.True(all.SettledMilligrams + all.ReservedMilligrams <= 20_400, all.Emissions);
            Assert.True((all.Holds?.Count ?? 0) <= 40, "more holds than the limit has room for");
            foreach (var hold in (all.Holds ?? []).Where(h => also.Holds?.Any(o => o.RunUid == h.RunUid) == true && ended.Add(h.RunName)))
                server.SetStatus("trainingruns", "team", hold.RunName, Json(Run(hold.RunName, 500).Over(100))["status"]!.AsObject());
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, stop.Token);
        }

        // The ledger whose cache of runs is behind may still count one as waiting.
        while (Status(server, "all") is not { Holds: null, WaitingRuns: 0 } || Status(server, "also") is not { Holds: null, WaitingRuns: 0 })
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, stop.Token);
        await Eventually.SilentAsync(server, TimeSpan.FromMilliseconds(500), static w => w.StatusCode < 300);
        foreach (var name in new[] { "all", "also" })
            Assert.Equal((20_000, 200, 0), (Status(server, name).SettledMilligrams, Status(server, name).SettledRuns, Status(server, name).WaitingRuns));
        await stop.CancelAsync();
        await Task.WhenAll(ledgers);
    }
}
