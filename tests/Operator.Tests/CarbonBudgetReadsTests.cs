using System.Net;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests;

/// <summary>Budgets as the webhook reads them.</summary>
public sealed class CarbonBudgetReadsTests
{
    [Fact]
    public async Task Whoever_asks_during_a_list_shares_the_next_one_and_gets_nothing_older_than_the_question()
    {
        await using var server = await FakeApiServer.StartAsync();
        server.Register(ModelOperatorDescriptors.CarbonBudgets);
        server.Register(ModelOperatorDescriptors.ClusterCarbonBudgets);
        using var gate = new Gate();
        using var client = new KubernetesClient(server.Configuration, new KubernetesClientOptions { Qps = 0 }, TimeProvider.System, new Random(1), gate);
        var reads = new CarbonBudgetReads(client);
        var first = reads.ListAsync("team", CancellationToken.None);
        await gate.Arrived.WaitAsync();
        await client.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, new V1CarbonBudget { Metadata = new() { Name = "b", NamespaceProperty = "team" } }, null, CancellationToken.None);
        var others = Enumerable.Range(0, 100).Select(_ => reads.ListAsync("team", CancellationToken.None)).ToList();
        using var impatient = new CancellationTokenSource();
        var cancelled = reads.ListAsync("team", impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        gate.Open();
        await first;
        Assert.All(await Task.WhenAll(others), static list => Assert.Equal("b", Assert.Single(list).Metadata.Name));
        Assert.Equal(2, server.Requests.Count(static r => r is { Verb: "list", Resource: "carbonbudgets" }));
        Assert.Single(await reads.ListAsync("team", CancellationToken.None));
        Assert.Equal(3, server.Requests.Count(static r => r is { Verb: "list", Resource: "carbonbudgets" }));
    }

    [Fact]
    public async Task A_list_that_fails_fails_those_who_waited_for_it_and_nobody_after_them()
    {
        await using var server = await FakeApiServer.StartAsync();
        server.Register(ModelOperatorDescriptors.CarbonBudgets);
        server.Register(ModelOperatorDescriptors.ClusterCarbonBudgets);
        using var client = new KubernetesClient(server.Configuration, new KubernetesClientOptions { Qps = 0, MaxRetries = 0 }, TimeProvider.System, new Random(1));
        var reads = new CarbonBudgetReads(client);
        server.Inject(new Fault(static r => r.Resource == "carbonbudgets", FaultKind.Status) { Code = 403, Reason = "Forbidden", Times = 1 });
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => reads.ListAsync("team", CancellationToken.None));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Empty(await reads.ListAsync("team", CancellationToken.None));
    }

    /// <summary>Holds the first list back.</summary>
    private sealed class Gate : DelegatingHandler
    {
        private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int lists;

        internal Gate()
            : base(new SocketsHttpHandler())
        {
        }

        internal SemaphoreSlim Arrived { get; } = new(0);

        internal void Open() => opened.SetResult();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get && Interlocked.Increment(ref lists) == 1)
            {
                Arrived.Release();
                await opened.Task;
            }

            return await base.SendAsync(request, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            Arrived.Dispose();
            base.Dispose(disposing);
        }
    }
}
