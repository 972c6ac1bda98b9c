using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Certificates;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Discovery;
using ModelOperator.Kubernetes.Runtime.Events;
using ModelOperator.Kubernetes.Runtime.Leadership;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Real;

/// <summary>The main scenarios against a real kube-apiserver, in a namespace and with a CRD of their own.</summary>
public sealed class RealClusterTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(5));
    private readonly string _space = $"runtime-test-{Guid.NewGuid():N}"[..24];
    private readonly RuntimeMetrics _metrics = new();
    private KubernetesClient? _client;

    private CancellationToken Token => _limit.Token;

    private KubernetesClient Client => _client ??= RealCluster.NewClient();

    public async Task InitializeAsync()
    {
        if (RealCluster.KubeConfig is null)
            return;
        await Client.CreateAsync(KubernetesDescriptors.Namespaces, new V1Namespace { Metadata = new() { Name = _space } }, null, Token);
        await Client.ApplyAsync(
            KubernetesDescriptors.CustomResourceDefinitions, "widgets.test.modeloperator.io", null, Encoding.UTF8.GetBytes(Crd), new ApplyOptions { FieldManager = "test" }, Token);
        await EventuallyAsync(async () =>
        {
            try
            {
                await Client.ListAsync(Kinds.Widgets, _space, null, Token);
                return true;
            }
            catch (KubernetesException early) when (early.IsNotFound)
            {
                return false;
            }
        });
    }

    public async Task DisposeAsync()
    {
        if (_client is not null && RealCluster.KubeConfig is not null)
            await Client.DeleteAsync(KubernetesDescriptors.Namespaces, _space, null, null, CancellationToken.None);
    }

    public void Dispose()
    {
        _client?.Dispose();
        _metrics.Dispose();
        _limit.Dispose();
    }

    [RealClusterFact]
    public async Task An_informer_pages_watches_and_notices_what_was_deleted_while_it_was_away()
    {
        for (var i = 0; i < 12; i++)
            await CreateAsync($"w{i}");
        var informer = NewCaches(new InformerOptions { PageSize = 5 }).InformerOf(Kinds.Widgets, new CacheOptions<V1Widget> { NamespaceName = _space });
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced);
            Assert.Equal(12, informer.Store.Count);
            await CreateAsync("new");
            await Client.DeleteAsync(Kinds.Widgets, "w0", _space, null, Token);
            await EventuallyAsync(() => informer.Store.Get(_space, "new") is not null && informer.Store.Get(_space, "w0") is null);
        });
        await Client.DeleteAsync(Kinds.Widgets, "w1", _space, null, Token);
        await RunningAsync(informer, () => EventuallyAsync(() => informer.Store.Get(_space, "w1") is null));
    }

    [RealClusterFact]
    public async Task A_plan_is_a_fixpoint_after_one_pass_and_fences_dead_incarnations()
    {
        await CreateAsync("one");
        var caches = NewCaches();
        var widgets = caches.For(Kinds.Widgets, new CacheOptions<V1Widget> { NamespaceName = _space });
        var services = caches.For(KubernetesDescriptors.Services, new CacheOptions<V1Service> { NamespaceName = _space });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = caches.RunAsync(stop.Token);
        await caches.WaitForSyncAsync(Token);
        var executor = NewExecutor(caches);
        var plan = new Plan<WidgetStatus>(
            [Intent.Ensure(KubernetesDescriptors.Services, Service()), Intent.Ensure(KubernetesDescriptors.Pods, Pod(), EnsureMode.CreateOnly)],
            new WidgetStatus { Phase = "Running", Conditions = Conditions.Set(null, "Ready", true, "R", "m", 1, TimeProvider.System.GetUtcNow()) }, [], null);
        var old = widgets.Get(_space, "one")!;
        await executor.ApplyAsync(old, plan, Token);
        await EventuallyAsync(() => services.Count == 1 && widgets.Get(_space, "one")!.Status?.Phase == "Running");
        var versions = await VersionsAsync();
        await executor.ApplyAsync(widgets.Get(_space, "one")!, plan, Token);
        await NewExecutor(caches).ApplyAsync(widgets.Get(_space, "one")!, plan, Token);
        Assert.Equal(versions, await VersionsAsync());

        await Client.DeleteAsync(Kinds.Widgets, "one", _space, null, Token);
        await CreateAsync("one");
        var late = await executor.ApplyAsync(old, Plan<WidgetStatus>.Steady(new WidgetStatus { Phase = "Ghost" }), Token);
        Assert.Equal(ReconciliationOutcome.RequeueAfter, late.Outcome);
        Assert.Null((await Client.GetAsync(Kinds.Widgets, "one", _space, Token))!.Status?.Phase);
        await stop.CancelAsync();
        await running;
    }

    // The defaults that a real server fills in must not look like drift, or every pass would apply again.
    [RealClusterFact]
    public async Task What_the_server_fills_in_is_not_taken_for_drift()
    {
        var owner = await CreateAsync("one");
        var executor = NewExecutor(NewCaches());
        var labels = new Dictionary<string, string> { ["app"] = "x" };
        var pod = Pod().Spec! with { Containers = [new() { Name = "c", Image = "none", Env = [new() { Name = "A", Value = "" }, new() { Name = "B", Value = "b" }], Ports = [new() { ContainerPort = 80 }] }] };
        var deployment = new V1Deployment
        {
            Metadata = new() { Name = "child", NamespaceProperty = _space },
            Spec = new() { Replicas = 0, Selector = new() { MatchLabels = labels }, Template = new() { Metadata = new() { Labels = labels }, Spec = pod } },
        };
        await executor.ApplyAsync(owner, Only(Intent.Ensure(KubernetesDescriptors.Services, Service())), Token);
        await executor.ApplyAsync(owner, Only(Intent.Ensure(KubernetesDescriptors.Deployments, deployment)), Token);
        AssertNoDrift(KubernetesDescriptors.Services, Service(), (await Client.GetAsync(KubernetesDescriptors.Services, "child", _space, Token))!, owner);
        AssertNoDrift(KubernetesDescriptors.Deployments, deployment, (await Client.GetAsync(KubernetesDescriptors.Deployments, "child", _space, Token))!, owner);
    }

    private static void AssertNoDrift<T>(EntityDescriptor<T> descriptor, T desired, T actual, V1Widget owner)
        where T : class, IKubernetesObject
    {
        var body = DesiredBody.Of(new EnsureIntent<T>(descriptor, desired, EnsureMode.Apply, true), owner);
        DesiredBody.Mark(body, IntentExecutor.DesiredAnnotation);
        Assert.True(JsonSubset.Holds(body, PlanJson.Object(actual, descriptor.Type)), $"{body.ToJsonString()}\n{PlanJson.Object(actual, descriptor.Type).ToJsonString()}");
    }

    [RealClusterFact]
    public async Task Finalizers_come_and_go_by_patches_with_a_test()
    {
        var executor = NewExecutor(NewCaches());
        var made = await CreateAsync("one");
        await executor.ApplyAsync(made, Only(Intent.AddFinalizer(Kinds.Widgets, made, "modeloperator.io/test")), Token);
        var held = (await Client.GetAsync(Kinds.Widgets, "one", _space, Token))!;
        Assert.True(held.HasFinalizer("modeloperator.io/test"));
        var stale = made with { Metadata = made.Metadata with { Finalizers = ["foreign/x", "modeloperator.io/test"] } };
        Assert.Equal(ReconciliationOutcome.RequeueAfter, (await executor.ApplyAsync(stale, Only(Intent.RemoveFinalizer(Kinds.Widgets, stale, "modeloperator.io/test")), Token)).Outcome);
        await executor.ApplyAsync(held, Only(Intent.RemoveFinalizer(Kinds.Widgets, held, "modeloperator.io/test")), Token);
        Assert.False((await Client.GetAsync(Kinds.Widgets, "one", _space, Token))!.HasFinalizer("modeloperator.io/test"));
    }

    [RealClusterFact]
    public async Task A_swap_on_a_stale_version_is_refused()
    {
        var executor = new PlanExecutor<V1Widget, WidgetStatus>(NewContext(NewCaches()), Kinds.Widgets, WidgetJson.Default.WidgetStatus, "room", StatusWrite.CompareAndSwap);
        var made = await CreateAsync("one");
        await executor.ApplyAsync(made, Plan<WidgetStatus>.Steady(new WidgetStatus { Attempts = 1 }), Token);
        Assert.Equal(ReconciliationOutcome.RequeueAfter, (await executor.ApplyAsync(made, Plan<WidgetStatus>.Steady(new WidgetStatus { Attempts = 9 }), Token)).Outcome);
        Assert.Equal(1, (await Client.GetAsync(Kinds.Widgets, "one", _space, Token))!.Status!.Attempts);
    }

    [RealClusterFact]
    public async Task Of_two_replicas_one_leads_and_hands_over_at_once_when_it_stops()
    {
        using var stopFirst = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var stopSecond = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var first = NewElector("first").RunAsync(_ => UntilAsync(stopFirst.Token), stopFirst.Token);
        var second = NewElector("second").RunAsync(_ => UntilAsync(stopSecond.Token), stopSecond.Token);
        await EventuallyAsync(async () => await HolderAsync() is "first" or "second");
        var leader = await HolderAsync();
        await Task.Delay(1000, Token);
        Assert.Equal(leader, await HolderAsync());
        await (leader == "first" ? stopFirst : stopSecond).CancelAsync();
        await (leader == "first" ? first : second);
        await EventuallyAsync(async () => await HolderAsync() is { Length: > 0 } next && next != leader);
        await stopFirst.CancelAsync();
        await stopSecond.CancelAsync();
        await Task.WhenAll(first, second);
        Assert.Equal("", await HolderAsync() ?? "");
    }

    [RealClusterFact]
    public async Task An_event_is_written_and_its_repetition_counted()
    {
        var regarding = (await CreateAsync("one")).ToReference();
        for (var restart = 1; restart <= 2; restart++)
        {
            using var recorder = new EventRecorder(Client, new EventRecorderOptions(), TimeProvider.System, _metrics, NullLogger<EventRecorder>.Instance);
            await recorder.StartAsync(Token);
            recorder.Record(regarding, EventNote.Warning("Tested", "a message"), "room");
            var wanted = restart;
            await EventuallyAsync(async () => (await EventsAsync()).FirstOrDefault() is { } e && (e.Series?.Count ?? 1) == wanted);
            await recorder.StopAsync(Token);
        }

        Assert.Single(await EventsAsync());
    }

    [RealClusterFact]
    public async Task An_event_about_an_object_without_a_namespace_is_written_where_the_server_takes_it()
    {
        var regarding = (await Client.GetAsync(KubernetesDescriptors.Namespaces, _space, null, Token))!.ToReference();
        using var recorder = new EventRecorder(Client, new EventRecorderOptions(), TimeProvider.System, _metrics, NullLogger<EventRecorder>.Instance);
        await recorder.StartAsync(Token);
        recorder.Record(regarding, EventNote.Normal("Tested", "a message"), "room");
        await EventuallyAsync(async () => (await Client.ListAllAsync(KubernetesDescriptors.Events, "kube-system", null, Token)).Items.Exists(e => e.Regarding?.Uid == regarding.Uid));
        await recorder.StopAsync(Token);
    }

    [RealClusterFact]
    public async Task The_ca_bundle_reaches_the_webhook_configuration_and_a_second_look_writes_nothing()
    {
        var name = _space;
        var configurations = KubernetesDescriptors.ValidatingWebhookConfigurations;
        await Client.CreateAsync(configurations, new V1ValidatingWebhookConfiguration
        {
            Metadata = new() { Name = name },
            Webhooks =
            [
                new()
                {
                    Name = "widgets.test.modeloperator.io",
                    FailurePolicy = "Ignore",
                    ClientConfig = new() { Service = new() { NamespaceProperty = _space, Name = "none" } },
                    NamespaceSelector = new() { MatchLabels = new() { ["no"] = "namespace" } },
                },
            ],
        }, null, Token);
        try
        {
            var options = new WebhookCertificateOptions { NamespaceName = _space, SecretName = "webhook", ServiceName = "w", WebhookConfigurationName = name };
            using var certificates = new WebhookCertificates(Client, options, TimeProvider.System, new RuntimeHealth(), NullLogger<WebhookCertificates>.Instance);
            await certificates.LookAsync(Token);
            var written = (await Client.GetAsync(configurations, name, null, Token))!;
            Assert.StartsWith("-----BEGIN CERTIFICATE", Encoding.UTF8.GetString(written.Webhooks![0].ClientConfig.CaBundle!), StringComparison.Ordinal);
            await certificates.LookAsync(Token);
            Assert.Equal(written.Metadata.ResourceVersion, (await Client.GetAsync(configurations, name, null, Token))!.Metadata.ResourceVersion);
            // An upgrade applies what it has, without the field: what is known stays, and a new entry gets it at once.
            await certificates.StartAsync(Token);
            var upgraded = await Client.ApplyAsync(configurations, name, null, Encoding.UTF8.GetBytes($$$"""
                {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration","metadata":{"name":"{{{name}}}"},"webhooks":[{{{Entry("widgets")}}},{{{Entry("news")}}}]}
                """), new ApplyOptions { FieldManager = "kubectl", Force = true }, Token);
            Assert.Equal(written.Webhooks[0].ClientConfig.CaBundle, upgraded.Webhooks!.Single(static w => w.Name.StartsWith("widgets", StringComparison.Ordinal)).ClientConfig.CaBundle);
            await EventuallyAsync(async () => (await Client.GetAsync(configurations, name, null, Token))!.Webhooks is { Count: 2 } all && all.TrueForAll(static w => w.ClientConfig.CaBundle is { Length: > 0 }));
            await certificates.StopAsync(Token);
        }
        finally
        {
            await Client.DeleteAsync(configurations, name, null, null, CancellationToken.None);
        }
    }

    private string Entry(string name) => $$$$"""
        {"name":"{{{{name}}}}.test.modeloperator.io","admissionReviewVersions":["v1"],"sideEffects":"None","failurePolicy":"Ignore","clientConfig":{"service":{"namespace":"{{{{_space}}}}","name":"none"}},"namespaceSelector":{"matchLabels":{"no":"namespace"}}}
        """;

    [RealClusterFact]
    public async Task The_version_of_a_moving_api_is_chosen_by_discovery()
    {
        var chosen = await Descriptors.ChooseAsync(Client, KubernetesDescriptors.PodDisruptionBudgets, ["v1beta1"], Token);
        await Client.ListAsync(chosen, _space, null, Token);
    }

    private const string Crd = """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.test.modeloperator.io"},
        "spec":{"group":"test.modeloperator.io","scope":"Namespaced","names":{"plural":"widgets","singular":"widget","kind":"Widget","listKind":"WidgetList"},
        "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
        "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
        """;

    private static Plan<WidgetStatus> Only(Intent intent) => new([intent], null, [], null);

    private static async Task UntilAsync(CancellationToken end)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, end);
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private static async Task RunningAsync(Informer<V1Widget> informer, Func<Task> body)
    {
        using var stop = new CancellationTokenSource();
        var running = informer.RunAsync(stop.Token);
        try
        {
            await body();
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
    }

    private Task EventuallyAsync(Func<bool> holds, [CallerArgumentExpression(nameof(holds))] string what = "") => EventuallyAsync(() => Task.FromResult(holds()), what);

    private async Task EventuallyAsync(Func<Task<bool>> holds, [CallerArgumentExpression(nameof(holds))] string what = "")
    {
        for (var began = TimeProvider.System.GetTimestamp(); !await holds(); await Task.Delay(50, Token))
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(120), $"did not happen in 120 s: {what}");
    }

    private V1Service Service() => new()
    {
        Metadata = new() { Name = "child", NamespaceProperty = _space },
        Spec = new() { Selector = new() { ["app"] = "x" }, Ports = [new() { Name = "http", Port = 80 }] },
    };

    private V1Pod Pod() => new()
    {
        Metadata = new() { Name = "child", NamespaceProperty = _space },
        Spec = new() { Containers = [new() { Name = "c", Image = "none" }], NodeSelector = new() { ["no"] = "node" } },
    };

    private Task<V1Widget> CreateAsync(string name) => Client.CreateAsync(
        Kinds.Widgets, new V1Widget { Metadata = new() { Name = name, NamespaceProperty = _space }, Spec = new() { Color = "red" } }, null, Token);

    private async Task<string> VersionsAsync() => new JsonArray(
        (await Client.GetAsync(Kinds.Widgets, "one", _space, Token))!.Metadata.ResourceVersion,
        (await Client.GetAsync(KubernetesDescriptors.Services, "child", _space, Token))!.Metadata.ResourceVersion,
        (await Client.GetAsync(KubernetesDescriptors.Pods, "child", _space, Token))!.Metadata.Uid).ToJsonString();

    private async Task<string?> HolderAsync() => (await Client.GetAsync(KubernetesDescriptors.Leases, "leader", _space, Token))?.Spec?.HolderIdentity;

    private async Task<List<EventsV1Event>> EventsAsync() =>
        [.. (await Client.ListAllAsync(KubernetesDescriptors.Events, _space, null, Token)).Items.Where(e => e.Reason == "Tested")];

    private Caches NewCaches(InformerOptions? options = null) =>
        new(Client, options ?? new InformerOptions(), TimeProvider.System, _metrics, NullLoggerFactory.Instance);

    private PlanContext NewContext(Caches caches) => new(Client, caches, new OwnWrites(caches, TimeProvider.System), new Silence());

    private PlanExecutor<V1Widget, WidgetStatus> NewExecutor(Caches caches) => new(NewContext(caches), Kinds.Widgets, WidgetJson.Default.WidgetStatus, "room");

    private LeaseElector NewElector(string identity) => new(
        Client,
        new LeaseElectorOptions
        {
            NamespaceName = _space,
            Name = "leader",
            Identity = identity,
            // Longer than a server on a busy machine leaves a renewal without an answer.
            Duration = TimeSpan.FromSeconds(600),
            RenewDeadline = TimeSpan.FromSeconds(300),
            Retry = TimeSpan.FromMilliseconds(200),
        },
        TimeProvider.System,
        _metrics,
        NullLogger<LeaseElector>.Instance);

    private sealed class Silence : IEventRecorder
    {
        public void Record(V1ObjectReference regarding, EventNote note, string controller)
        {
        }
    }
}
