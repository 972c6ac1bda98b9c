using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.CanaryDeployments;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Grid;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>
/// A cluster in memory around one CanaryDeployment: Deployments become available after some seconds, the gateway serves the table that was
/// written a second ago, traffic follows what the gateway serves, and the operator looks again when it said so or when something that it
/// watches has changed. Writes can be cut off after any number, as a killed operator would leave them.
/// </summary>
internal sealed partial class ToyWorld
{
    private const int StartSeconds = 3;

    private readonly Dictionary<string, DateTimeOffset> begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> lastServed = new(StringComparer.Ordinal);
    private CanaryMeasurements measurements;
    private CanaryWebhookCalls webhooks;
    private CanaryLoads loads = new();
    private DateTimeOffset due = DateTimeOffset.MinValue;
    private bool woken = true;
    private V1ConfigMap? routes;
    private string? arriving;
    private readonly ToyRouter? router;

    internal ToyWorld(CanaryDeploymentSpec spec, OperatorOptions? options = null)
    {
        Options = options ?? Canaries.Options;
        Traffic = new(() => Now);
        measurements = new(Traffic, Options);
        webhooks = new(Hooks);
        Canary = Canaries.Of(spec);
        router = RouterKinds.Of(spec) is { } kind and not RouterKind.Gateway ? new(kind) : null;
        foreach (var n in new[] { "1", "2", "3", "4" })
            Versions["diamonds-" + n] = Canaries.Version("diamonds-" + n);
    }

    internal DateTimeOffset Now { get; private set; } = Canaries.Start;

    internal V1CanaryDeployment Canary { get; private set; }

    internal CanaryDeploymentStatus Status => Canary.Status ?? throw new InvalidOperationException("no status yet");

    internal OperatorOptions Options { get; set; }

    internal Dictionary<string, VersionView> Versions { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, V1Deployment> Deployments { get; } = new(StringComparer.Ordinal);

    internal V1Deployment? Gateway { get; private set; }

    internal ToyTraffic Traffic { get; }

    /// <summary>Requests as an autoscaler sees them, apart from those that metrics are about.</summary>
    internal ToyDemand Demand { get; } = new();

    internal ToyHooks Hooks { get; } = new();

    internal HashSet<string> BrokenPods { get; } = new(StringComparer.Ordinal);

    /// <summary>Most Pods that a version finds room for.</summary>
    internal Dictionary<string, int> MostPods { get; } = new(StringComparer.Ordinal);

    /// <summary>Versions whose new Pods do not come up beside the old ones.</summary>
    internal Dictionary<string, StuckUpdate> Stuck { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, double> ErrorRate { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, double> Rmse { get; } = new(StringComparer.Ordinal);

    /// <summary>Share of the users of a version that buy; a tenth when absent.</summary>
    internal Dictionary<string, double> Conversion { get; } = new(StringComparer.Ordinal);

    /// <summary>What a buyer of a version spends; 20 when absent.</summary>
    internal Dictionary<string, double> Basket { get; } = new(StringComparer.Ordinal);

    /// <summary>Share of a version's requests that Pods on their way out answer with an error.</summary>
    internal double DyingErrors { get; set; }

    internal double RequestsPerSecond { get; set; } = 100;

    /// <summary>Truth posted each second through the preview Service.</summary>
    internal double PreviewsPerSecond { get; set; }

    internal bool GatewayDown { get; set; }

    internal string? Conflict { get; set; }

    /// <summary>The other router; the built-in gateway's world has none.</summary>
    internal ToyRouter Router => router ?? throw new InvalidOperationException("the built-in gateway routes");

    /// <summary>Canaries of the namespace that come first.</summary>
    internal List<string> Ahead { get; } = [];

    /// <summary>Table that the gateway serves.</summary>
    internal JsonObject? Served { get; private set; }

    internal List<CanaryNote> Events { get; } = [];

    internal int Writes { get; private set; }

    /// <summary>From which phase to which.</summary>
    internal HashSet<(CanaryPhase From, CanaryPhase To)> Transitions { get; } = [];

    /// <summary>Writes that are still let through; then the operator dies once and starts again.</summary>
    internal int Cut { get; set; } = int.MaxValue;

    internal int Failed5xx { get; private set; }

    /// <summary>Intensity of the grid in g/kWh; null for unknown: then only the yearly table speaks.</summary>
    internal int? Intensity { get; set; }

    private ZoneIntensity<AverageSignal> Grid() => YearlyIntensity.Of("DEU", Intensity is { } grams
        ? GridTimeline<AverageSignal>.Empty.Merge([new(Now.AddHours(-1), Now.AddHours(1), CarbonIntensity.FromGramsPerKilowattHour(grams), IntensityQuality.Measured, "test")], Now.AddDays(-1))
        : GridTimeline<AverageSignal>.Empty);

    internal void Change(Func<V1CanaryDeployment, V1CanaryDeployment> change)
    {
        var next = change(Canary);
        Canary = next with { Metadata = next.Metadata with { Generation = (Canary.Metadata.Generation ?? 0) + 1 } };
        woken = true;
    }

    internal void Target(string version) => Change(c => c with { Spec = c.Spec with { VersionRef = new() { Name = version } } });

    internal void Command(string text)
    {
        Canary = Canary.Commanded(text);
        woken = true;
    }

    /// <summary>Somebody removes the annotation.</summary>
    internal void Uncommand()
    {
        Canary = Canary.Commanded(null);
        woken = true;
    }

    internal void Restart()
    {
        measurements = new(Traffic, Options);
        webhooks = new(Hooks);
        loads = new();
        woken = true;
    }

    internal void Wake() => woken = true;

    /// <summary>The status of an operator that remembered no digests.</summary>
    internal void Forget() => Canary = Canary with { Status = Status with { Digests = null, History = [.. Status.History!.Select(h => h with { Digest = null })] } };

    /// <summary>Seconds pass.</summary>
    internal async Task PassAsync(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Now += TimeSpan.FromSeconds(1);
            Kubelet();
            Serve();
            if (router is null && Served?["arms"]?[0] is JsonObject arm)
                Demand.Pass(Now, Deployments.GetValueOrDefault((string)arm["version"]!) is { Status.AvailableReplicas: > 0 }, (int?)arm["holdSeconds"]);
            // The operator waits upon the gateways of a canary that is scaled to zero.
            woken |= Demand.Held > 0 && Canary.Status?.Autoscale is { Replicas: 0 };
            // A look may ask for the next at once; more than a few in one instant would be a busy loop. The last step, its webhooks, the promotion and the
            // watch follow each other behind a router that confirms at once.
            for (var looks = 0; woken || due <= Now; looks++)
            {
                Assert.True(looks < 16, $"the operator never rests: {Canary.Status?.Phase} {Canary.Status?.Reason}");
                woken = false;
                await ReconcileAsync();
            }
        }
    }

    internal async Task UntilAsync(Func<CanaryDeploymentStatus, bool> goal, int seconds = 900)
    {
        for (var i = 0; i < seconds; i++)
        {
            await PassAsync(1);
            if (Canary.Status is { } status && goal(status))
                return;
        }

        Assert.Fail($"not reached in {seconds} s: {Canary.Status?.Phase} {Canary.Status?.Reason}: {Canary.Status?.Message}");
    }

    internal CanaryObserved Observe(CanaryObserved? looked = null) => (looked ?? new()) with
    {
        Versions = Versions.Where(v => CanaryArms.Named(Canary).Contains(v.Key)).ToImmutableDictionary(v => v.Key, v => v.Value),
        Deployments = Deployments.ToImmutableDictionary(),
        Workloads = Deployments.ToImmutableDictionary(d => d.Key, d => WorkloadViews.Of(d.Value, Leaving()) with { Stuck = Stuck.GetValueOrDefault(d.Key) }),
        Gateway = Gateway,
        Gateways = Gateway?.Status?.AvailableReplicas > 0 ? [GatewayDown ? new("gateway-0", null, "no answer within 2 s") : new("gateway-0", (string?)Served?["revision"]) { Load = Demand.Load(Now) }] : [],
        Router = router?.Read(Canary),
        Ingress = router?.Reader.OursOf(Canary),
        Services = router is null ? Previews() : [.. router.Services.Values],
        Conflict = Conflict,
        Jobs = [.. Jobs.Values],
        Ahead = [.. Ahead],
    };

    internal async Task<CanaryMove> DecideAsync()
    {
        var states = measurements.States(Canary);
        var looks = await measurements.LookAsync(Canary, states, Now, CancellationToken.None);
        var seen = Observe();
        seen = seen with
        {
            Load = loads.Look(Canary, seen.Gateways, Now),
            Grid = Grid(),
            States = states,
            Looks = looks,
            Webhooks = webhooks.Collect(Canary, Now),
            Drift = await measurements.Drift.LookAsync(Canary, Now, CancellationToken.None),
            Experiment = await measurements.Experiments.LookAsync(Canary, Now, CancellationToken.None),
        };
        return CanaryPlanner.Decide(Canary, seen, Now);
    }

    private async Task ReconcileAsync()
    {
        var before = Canary.Status;
        var move = await DecideAsync();
        measurements.Remember(Canary, move.Status, move.States);
        loads.Remember(Canary, move.Wanted, Now);
        var seen = Observe();
        Check(before, move.Status, seen);
        var plan = CanaryPlans.Of(Canary, move, seen, Versions.ToDictionary(v => v.Key, v => new CanaryCredentials("token of " + v.Value.Digest, "key")), Options);
        Assert.True(plan.StatusFirst);
        due = plan.RequeueAfter is { } again ? Now + again : DateTimeOffset.MaxValue;
        if (!Write(plan.Status!) || !plan.Intents.All(Apply))
        {
            Cut = int.MaxValue;
            Restart();
            return;
        }

        Events.AddRange(move.Notes);
    }

    private bool Allowed()
    {
        if (Cut <= 0)
            return false;
        Cut--;
        Writes++;
        return true;
    }

    private bool Write(CanaryDeploymentStatus status)
    {
        var wire = JsonSerializer.SerializeToUtf8Bytes(status, CanaryDeploymentsJson.Default.CanaryDeploymentStatus);
        Assert.InRange(wire.Length, 0, 32 * 1024);
        if (Canary.Status is { } old && wire.AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(old, CanaryDeploymentsJson.Default.CanaryDeploymentStatus)))
            return true;
        if (!Allowed())
            return false;
        if (Canary.Status?.Phase is { } phase && phase != status.Phase)
            Transitions.Add((phase, status.Phase));
        // Through JSON, as the server would: what is lost on the way shows up as a difference.
        Canary = Canary with { Status = JsonSerializer.Deserialize(wire, CanaryDeploymentsJson.Default.CanaryDeploymentStatus) };
        woken = true;
        return true;
    }
}
