using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
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
using static ModelOperator.Tests.CarbonBudgets.ClusterBudgets;

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

    private static JsonObject Json<T>(T budget, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToNode(budget, type)!.AsObject();
        json["metadata"]!.AsObject().Remove("uid");
        json["metadata"]!.AsObject().Remove("resourceVersion");
        return json;
    }

    private static CarbonBudgetStatus Status(FakeApiServer server, V1CarbonBudget budget) =>
        server.Find(budget is V1ClusterCarbonBudget ? "clustercarbonbudgets" : "carbonbudgets", budget.Metadata.NamespaceProperty, budget.Metadata.Name)!
            .Deserialize(CarbonBudgetsJson.Default.V1CarbonBudget)!.Status ?? new();

    private static async Task LedgerAsync(FakeApiServer server, string space, CancellationToken stop)
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
                await controller.ReconcileAsync(new(space, "ledger"), stop);
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
    public Task Two_hundred_runs_at_once_and_two_competing_ledgers_never_pass_a_limit_and_book_every_run_once() =>
        CompeteAsync([Budget("all", "20.4"), Budget("also", "30")], "team");

    [Fact]
    public Task Two_hundred_runs_of_two_namespaces_and_two_competing_ledgers_never_pass_a_limit_and_book_every_run_once() =>
        CompeteAsync([Budget("all", "20.4"), Budget("all", "15").In("other"), Cluster("all", "30")], "");

    private static async Task CompeteAsync(V1CarbonBudget[] budgets, string space)
    {
        await using var server = await FakeApiServer.StartAsync(new() { BookmarkInterval = TimeSpan.FromMilliseconds(50) });
        server.Register(ModelOperatorDescriptors.CarbonBudgets);
        server.Register(ModelOperatorDescriptors.ClusterCarbonBudgets);
        server.Register(ModelOperatorDescriptors.BudgetOverrides);
        server.Register(ModelOperatorDescriptors.TrainingRuns);
        foreach (var budget in budgets)
        {
            if (budget is V1ClusterCarbonBudget cluster)
                server.Add("clustercarbonbudgets", Json(cluster, CarbonBudgetsJson.Default.V1ClusterCarbonBudget));
            else
                server.Add("carbonbudgets", Json(budget, CarbonBudgetsJson.Default.V1CarbonBudget));
        }

        // In all namespaces that there are budgets of, under the same names.
        string[] spaces = [.. budgets.Select(static b => b.Metadata.NamespaceProperty).OfType<string>().Distinct()];
        V1TrainingRun[] runs = [.. Enumerable.Range(0, 200).Select(i => Run($"r{i / spaces.Length:000}", 500).In(spaces[i % spaces.Length]))];
        foreach (var run in runs)
        {
            server.Add("trainingruns", Json(run));
            server.SetStatus("trainingruns", run.Metadata.NamespaceProperty!, run.Metadata.Name, Json(run)["status"]!.AsObject());
        }

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(400));
        using var watch = new CancellationTokenSource(TimeSpan.FromSeconds(300));
        Task[] ledgers = [LedgerAsync(server, space, stop.Token), LedgerAsync(server, space, stop.Token)];
        HashSet<NamespacedName> ended = [];
        while (ended.Count < 200)
        {
            Assert.False(watch.IsCancellationRequested, $"only {ended.Count} runs were admitted in time; {server.Requests.Count} requests, {server.Writes.Count(w => w.StatusCode < 300)} writes, {server.Writes.Count(w => w.StatusCode == 409)} conflicts, {string.Join("; ", budgets.Select(b => Status(server, b).Emissions))}");
            var now = budgets.Select(b => (Budget: b, Status: Status(server, b))).ToList();
            foreach (var (_, status) in now.Where(static b => b.Status.LimitMilligrams is not null))
            {
                Assert.True(status.SettledMilligrams + status.ReservedMilligrams <= status.LimitMilligrams, status.Emissions);
                Assert.True((status.Holds?.Count ?? 0) <= status.LimitMilligrams / 500, "more holds than the limit has room for");
            }

            // What every budget that covers it holds may start, and ends at once.
            foreach (var run in now.SelectMany(static b => (b.Status.Holds ?? []).Select(h => CarbonBudgetLedgers.RunOf(b.Budget, h))).CountBy(static r => r).Where(static r => r.Value == 2).Select(static r => r.Key).Where(ended.Add))
                server.SetStatus("trainingruns", run.Namespace, run.Name, Json(Run(run.Name, 500).Over(100))["status"]!.AsObject());
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, stop.Token);
        }

        // The ledger whose cache of runs is behind may still count one as waiting.
        while (!budgets.All(b => Status(server, b) is { Holds: null, WaitingRuns: 0 }))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, stop.Token);
        await Eventually.SilentAsync(server, TimeSpan.FromMilliseconds(500), static w => w.StatusCode < 300);
        foreach (var budget in budgets)
        {
            var (covered, status) = (runs.Count(r => CarbonBudgetMatcher.Covers(budget, r) is true), Status(server, budget));
            Assert.Equal((100 * covered, covered, 0), (status.SettledMilligrams, status.SettledRuns, status.WaitingRuns));
        }

        await stop.CancelAsync();
        await Task.WhenAll(ledgers);
    }
}
