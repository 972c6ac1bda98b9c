using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Fakes;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests.World;

/// <summary>
/// Many runs at once from many clients against two budgets, of which the narrower has room for 137: three replicas of the operator, of which the leader is
/// killed in the middle, writes of budgets that meet conflicts, and answers that are lost. Whoever is created was let in by the webhook of one of the replicas, which
/// the clients ask as the API server would.
/// </summary>
internal sealed class BudgetRace : IAsyncDisposable
{
    internal const int Runs = 500;
    internal const int Room = 137;

    private const int Clients = 20;
    private const int Wider = 150;
    /// <summary>Long enough that no run burns what it holds, however slow the machine.</summary>
    private static readonly TrainingRunSpec Spec = Objects.RunSpec with { Carbon = new TrainingCarbon { ExpectedSeconds = 36000 } };
    private static readonly TrainingEstimate Claim = TrainingRunEstimates.Estimate(Spec, OperatorInstance.Options, out _)!;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly ToyWorld world;
    private readonly Random random;
    private readonly Lock gate = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly OperatorInstance[] replicas = new OperatorInstance[3];
    private readonly CancellationTokenSource ending = new();
    private readonly SemaphoreSlim replacing = new(1);
    private int made;
    private int denied;
    private int leaders;
    private int conflicts;

    internal BudgetRace(ToyWorld world, int seed) => (this.world, random) = (world, new Random(seed));

    /// <summary>Plays it to the moment when every run is decided.</summary>
    internal async Task<RaceResult> PlayAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        world.Node.FateOf = static _ => PodFate.RunForever;
        // Half a run's worth is left over in each: it must admit nobody.
        await BudgetAsync("emissions", new CarbonBudgetLimit { GramsCO2e = Decimal((Claim.EmissionsMilligramsP95 * Room) + (Claim.EmissionsMilligramsP95 / 2), 1_000) });
        await BudgetAsync("energy", new CarbonBudgetLimit { KilowattHours = Decimal((Claim.EnergyMilliwattHoursP95 * Wider) + (Claim.EnergyMilliwattHoursP95 / 2), 1_000_000) });
        await using var witness = new RaceWitness(world);
        for (var index = 0; index < replicas.Length; index++)
            replicas[index] = await ReplicaAsync();
        Break();
        var disturbed = Task.WhenAll(MeddleAsync(), ReplaceAsync());
        var killed = KillAsync(witness, Chance(Room - 30) + 15);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(CreateAsync));
        await killed;
        await world.UntilAsync(() => MissingAsync(witness), seconds: 300);
        await ending.CancelAsync();
        await disturbed;
        await CheckHoldsAsync(witness);
        return new(
            witness.MostHeld, witness.Overdrawn, witness.Unheld, witness.Started.Count, denied, leaders,
            conflicts + replicas.Sum(static r => r.Wire.Conflicts), TimeProvider.System.GetElapsedTime(began).TotalSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        foreach (var replica in replicas.Where(static r => r is not null))
            await replica.DisposeAsync();
        http.Dispose();
        replacing.Dispose();
        ending.Dispose();
    }

    private static string Decimal(long amount, int unit) => (amount / (decimal)unit).ToString(CultureInfo.InvariantCulture);

    private int Chance(int below)
    {
        lock (gate)
            return random.Next(below);
    }

    private Task<V1CarbonBudget> BudgetAsync(string name, CarbonBudgetLimit limit) => world.CreateAsync(
        ModelOperatorDescriptors.CarbonBudgets, new V1CarbonBudget { Metadata = new V1ObjectMeta { Name = name }, Spec = new CarbonBudgetSpec { Limit = limit } });

    private Task<OperatorInstance> ReplicaAsync()
    {
        var identity = string.Create(CultureInfo.InvariantCulture, $"replica-{Interlocked.Increment(ref made)}");
        OperatorOptions options = OperatorInstance.Options with { LeaderElection = true, Identity = identity, Namespace = world.Space };
        return OperatorInstance.StartAsync(world, options: options);
    }

    /// <summary>On the fake server: a fifth of the writes of budgets meets a conflict that was none, and every twentieth answer is lost.</summary>
    private void Break()
    {
        if (world.Server is not FakeTestServer { Api: var api })
            return;
        static bool Ours(FakeRequest r) => r.IsWrite && r.UserAgent.StartsWith("modeloperator", StringComparison.Ordinal);
        api.Inject(new Fault(r => r is { Resource: "carbonbudgets" } && Ours(r) && Chance(5) == 0, FaultKind.Status) { Code = 409, Reason = "Conflict" });
        api.Inject(new Fault(r => r.Resource is "carbonbudgets" or "trainingruns" or "pods" && Ours(r) && Chance(20) == 0, FaultKind.CutAfter));
    }

    /// <summary>Somebody annotates the budgets all the time: whoever holds a version of them holds an old one. On a real server less often than a busy one needs for a write.</summary>
    private async Task MeddleAsync()
    {
        for (var count = 0; !ending.IsCancellationRequested; count++)
        {
            await world.PatchAsync(ModelOperatorDescriptors.CarbonBudgets, count % 2 == 0 ? "emissions" : "energy", $$"""{"metadata":{"annotations":{"meddled":"{{count}}"} } }""");
            await Task.Delay(world.Server.Pause * (world.Server.HasControllers ? 10 + Chance(20) : 1 + Chance(3)), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>As a kubelet does with a process that has ended: one that lost its lease ends itself.</summary>
    private async Task ReplaceAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            foreach (var ended in replicas.Where(static r => r.LeadershipLost.IsCompleted).ToList())
                await ReplaceAsync(ended);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task ReplaceAsync(OperatorInstance old)
    {
        await replacing.WaitAsync();
        try
        {
            if (Array.IndexOf(replicas, old) is not (>= 0 and var index))
                return;
            await old.KillAsync();
            leaders++;
            conflicts += old.Wire.Conflicts;
            replicas[index] = await ReplicaAsync();
        }
        finally
        {
            replacing.Release();
        }
    }

    /// <summary>Kills whoever holds the lease when so many runs are held.</summary>
    private async Task KillAsync(RaceWitness witness, int held)
    {
        OperatorInstance? leader = null;
        await world.UntilAsync(
            async () =>
            {
                if (witness.MostHeld < held)
                    return $"{witness.MostHeld} of {held} runs are held";
                var holder = (await world.GetAsync(KubernetesDescriptors.Leases, OperatorApp.LeaseName))?.Spec?.HolderIdentity;
                leader = Array.Find(replicas, r => r.Identity == holder);
                return leader is null ? "nobody leads" : null;
            },
            seconds: 300);
        await ReplaceAsync(leader!);
    }

    private async Task CreateAsync(int number)
    {
        await AdmitAsync(Objects.Run($"huge-{number}", Objects.RunSpec with { Carbon = new TrainingCarbon { EstimateWattHours = 1_000_000_000 } }), number);
        for (var index = number; index < Runs; index += Clients)
        {
            var run = Objects.Run(string.Create(CultureInfo.InvariantCulture, $"run-{index:000}"), Spec);
            if (await AdmitAsync(run, index))
                await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, run);
        }
    }

    /// <summary>Asks the webhook of one replica, and of the next where that one is gone.</summary>
    private async Task<bool> AdmitAsync(V1TrainingRun run, int turn)
    {
        run.Metadata.NamespaceProperty = world.Space;
        var review = new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["request"] = new JsonObject
            {
                ["uid"] = run.Metadata.Name,
                ["operation"] = "CREATE",
                ["namespace"] = world.Space,
                ["userInfo"] = new JsonObject { ["username"] = $"client-{turn % Clients}" },
                ["object"] = JsonSerializer.SerializeToNode(run, TrainingRunsJson.Default.V1TrainingRun),
            },
        };
        while (true)
        {
            try
            {
                using var answer = await http.PostAsJsonAsync(new Uri(replicas[turn++ % replicas.Length].Url, "/admission/trainingruns"), review);
                answer.EnsureSuccessStatusCode();
                var allowed = (bool)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["response"]!["allowed"]!;
                if (!allowed)
                    Interlocked.Increment(ref denied);
                return allowed;
            }
            catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private async Task<string?> MissingAsync(RaceWitness witness)
    {
        await Task.Delay(Look, TimeProvider.System, CancellationToken.None);
        var runs = await world.ListAsync(ModelOperatorDescriptors.TrainingRuns);
        var waiting = runs.Count(static r => r.Status is { Phase: TrainingRunPhase.Queued, Reason: TrainingRunReasons.CarbonBudgetExhausted });
        var budgets = await world.ListAsync(ModelOperatorDescriptors.CarbonBudgets);
        var asking = budgets.Select(static b => b.Status?.WaitingRuns ?? 0).ToArray();
        return witness.Started.Count >= Room && witness.Started.Count + waiting == Runs && Array.TrueForAll(asking, n => n == waiting)
            ? null
            : $"{witness.Started.Count} have started, {waiting} wait, the budgets know of {string.Join(" and ", asking)}";
    }

    /// <summary>Nothing leaks: both budgets hold the runs that have started and no other.</summary>
    private async Task CheckHoldsAsync(RaceWitness witness)
    {
        foreach (var budget in await world.ListAsync(ModelOperatorDescriptors.CarbonBudgets))
            Assert.Equal(witness.Started.Order(StringComparer.Ordinal), budget.Status!.Holds!.Select(static h => h.RunUid).Order(StringComparer.Ordinal));
    }
}
