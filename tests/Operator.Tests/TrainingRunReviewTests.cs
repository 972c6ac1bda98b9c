using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Fakes;
using ModelOperator.GridSources;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>Runs before the webhook, whose caches are in step or behind.</summary>
public sealed class TrainingRunReviewTests
{
    [Fact]
    public async Task What_the_cache_lets_in_costs_no_read_and_what_it_would_refuse_is_held_against_the_server()
    {
        await using var server = await FakeApiServer.StartAsync();
        server.Register(ModelOperatorDescriptors.CarbonBudgets);
        server.Register(ModelOperatorDescriptors.ClusterCarbonBudgets);
        server.Register(ModelOperatorDescriptors.TrainingRuns);
        server.Register(KubernetesDescriptors.Namespaces);
        using var client = new KubernetesClient(server.Configuration, new KubernetesClientOptions { Qps = 0 }, TimeProvider.System, new Random(1));
        var budget = await client.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Budget("1000"), null, CancellationToken.None);
        var known = new ServiceCollection();
        known.AddLogging().AddSingleton(TimeProvider.System).AddGrid(OperatorInstance.Options.Grid);
        await using var services = known.BuildServiceProvider();
        var review = await BehindAsync(client, services);
        var lists = Lists(server);
        Assert.True((await review.ReviewAsync(Create(), CancellationToken.None)).Allowed);
        Assert.Equal(lists, Lists(server));

        budget = await client.ReplaceAsync(ModelOperatorDescriptors.CarbonBudgets, budget with { Spec = Budget("0.000001").Spec }, null, CancellationToken.None);
        review = await BehindAsync(client, services);
        Assert.False((await review.ReviewAsync(Create(), CancellationToken.None)).Allowed);
        await client.ReplaceAsync(ModelOperatorDescriptors.CarbonBudgets, budget with { Spec = Budget("1000").Spec }, null, CancellationToken.None);
        lists = Lists(server);
        Assert.True((await review.ReviewAsync(Create(), CancellationToken.None)).Allowed);
        Assert.Equal(lists + 1, Lists(server));
    }

    /// <summary>One whose caches have what the server has now, and learn nothing more.</summary>
    private static async Task<TrainingRunReview> BehindAsync(IKubernetesClient client, IServiceProvider services)
    {
        var caches = new Caches(client, new InformerOptions(), TimeProvider.System, new RuntimeMetrics(), NullLoggerFactory.Instance);
        var review = new TrainingRunReview(
            caches, client, OperatorInstance.Options, services.GetRequiredService<GridKnowledge>(), new TrainingRunCalibrations(caches), new ServerCapabilities(client, TimeProvider.System), TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var running = caches.RunAsync(stop.Token);
        await caches.WaitForSyncAsync(stop.Token).WaitAsync(TimeSpan.FromMinutes(5));
        await stop.CancelAsync();
        await running;
        return review;
    }

    private static int Lists(FakeApiServer server) => server.Requests.Count(static r => r is { Verb: "list", Resource: "carbonbudgets" });

    private static V1CarbonBudget Budget(string kilowattHours) => new()
    {
        Metadata = new() { Name = "b", NamespaceProperty = "team" },
        Spec = new() { Limit = new() { KilowattHours = kilowattHours } },
    };

    private static AdmissionInput<V1TrainingRun> Create() => new("CREATE", Objects.Run("r", Objects.RunSpec), null, new() { Username = "alice" }, "team", null, DryRun: false);
}
