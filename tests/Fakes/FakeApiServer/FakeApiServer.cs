using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using ModelOperator.Kubernetes;

namespace ModelOperator.Fakes;

/// <summary>
/// A small, honest Kubernetes API server in this process: generic storage, conflicts, server-side apply, watches, finalizers,
/// discovery; no controllers, no scheduler. Faults are scripted with <see cref="Inject"/> and <see cref="KillSwitch"/>.
/// </summary>
public sealed class FakeApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly FakeStore _store;
    private readonly ConcurrentQueue<FakeRequest> _requests = new();
    private readonly RequestPipeline _pipeline;
    private ImmutableList<FakeResource> _resources = [];
    private ImmutableList<Fault> _faults = [];

    private FakeApiServer(WebApplication app, FakeApiServerOptions options)
    {
        _app = app;
        Options = options;
        _store = new FakeStore(options);
        Reviews = new FakeReviews(_store, options.Time);
        RequiredToken = options.RequiredToken;
        _pipeline = new RequestPipeline(this, _store);
        foreach (var resource in BuiltInResources.All(options.GitVersion))
            Register(resource);
    }

    /// <summary>Options it was started with.</summary>
    public FakeApiServerOptions Options { get; }

    /// <summary>Root of the API.</summary>
    public Uri Address { get; private set; } = new("http://localhost");

    /// <summary>Configuration of a client for this server.</summary>
    public KubernetesClientConfiguration Configuration => KubernetesClientConfiguration.ForHost(Address, RequiredToken);

    /// <summary>Token that requests must carry; null to let everybody in.</summary>
    public string? RequiredToken { get; set; }

    /// <summary>Dies at the k-th write.</summary>
    public KillSwitch KillSwitch { get; } = new();

    /// <summary>Answers of reviews and token requests.</summary>
    public FakeReviews Reviews { get; }

    /// <summary>Log of a Pod, by namespace and name; empty unless told otherwise.</summary>
    public Func<string, string, string> PodLog { get; set; } = static (_, _) => string.Empty;

    /// <summary>Requests in order of arrival.</summary>
    public IReadOnlyList<FakeRequest> Requests => [.. _requests];

    /// <summary>Requests that may have changed the store, leases left out.</summary>
    public IReadOnlyList<FakeRequest> Writes => [.. _requests.Where(r => r.IsWrite && r.Resource != "leases")];

    /// <summary>The newest resource version.</summary>
    public long ResourceVersion => _store.Version;

    internal IReadOnlyList<FakeResource> Resources => _resources;

    /// <summary>Starts on a free loopback port.</summary>
    public static async Task<FakeApiServer> StartAsync(FakeApiServerOptions? options = null)
    {
        options ??= new FakeApiServerOptions();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listen(kestrel, options));
        var app = builder.Build();
        var server = new FakeApiServer(app, options);
        app.Run(server._pipeline.HandleAsync);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        server.Address = new Uri(addresses!.Addresses.First());
        return server;
    }

    /// <summary>Serves a further kind.</summary>
    public void Register(FakeResource resource)
    {
        _store.Register(resource);
        ImmutableInterlocked.Update(ref _resources, list => list.Add(resource));
    }

    /// <summary>Serves the kind of a descriptor, with a status subresource.</summary>
    public void Register<T>(EntityDescriptor<T> descriptor)
        where T : class, IKubernetesObject =>
        Register(new FakeResource(descriptor.Group, descriptor.Version, descriptor.Plural, descriptor.Kind, descriptor.Namespaced));

    /// <summary>Adds a fault; the first that matches a request wins.</summary>
    public Fault Inject(Fault fault)
    {
        ImmutableInterlocked.Update(ref _faults, list => list.Add(fault));
        return fault;
    }

    /// <summary>Removes a fault.</summary>
    public void Remove(Fault fault) => ImmutableInterlocked.Update(ref _faults, list => list.Remove(fault));

    /// <summary>Removes all faults.</summary>
    public void ClearFaults() => ImmutableInterlocked.Update(ref _faults, list => list.Clear());

    /// <summary>Empties the request log.</summary>
    public void ClearRequests() => _requests.Clear();

    /// <summary>Forgets history: every watch from an older version answers 410.</summary>
    public void Compact() => _store.Compact();

    /// <summary>Every continue token given out so far answers 410.</summary>
    public void ExpireContinueTokens() => _store.ExpireSnapshots();

    /// <summary>Open watches of a resource.</summary>
    public int Watchers(string plural) => _resources.Where(r => r.Plural == plural).Sum(_store.Watchers);

    /// <summary>An object as it is stored; null when there is none.</summary>
    public JsonObject? Find(string plural, string? namespaceName, string name) =>
        _resources.Where(r => r.Plural == plural).Select(r => _store.Find(r, namespaceName, name)).FirstOrDefault(o => o is not null)?.ToJson();

    /// <summary>All objects of a resource.</summary>
    public IReadOnlyList<JsonObject> All(string plural) =>
        [.. _resources.Where(r => r.Plural == plural).SelectMany(_store.All).Select(o => o.ToJson())];

    /// <summary>Creates an object from behind the API, as another user would; returns it.</summary>
    public JsonObject Add(string plural, JsonObject body, string manager = "test") =>
        _store.Create(Resource(plural), (string?)body["metadata"]?["namespace"], body.DeepClone().AsObject(), manager, dryRun: false);

    /// <summary>Changes an object from behind the API: finds, changes, saves; with "status" only the status changes.</summary>
    public JsonObject Change(string plural, string? namespaceName, string name, Action<JsonObject> change, string? subresource = null, string manager = "test") =>
        _store.Update(
            Resource(plural),
            namespaceName,
            name,
            subresource,
            live =>
            {
                change(live);
                return live;
            },
            manager,
            dryRun: false);

    /// <summary>Sets the status of an object from behind the API, as kubelet and controllers do.</summary>
    public JsonObject SetStatus(string plural, string? namespaceName, string name, JsonObject status) =>
        Change(plural, namespaceName, name, live => live["status"] = status.DeepClone(), "status", "kubelet");

    /// <summary>Deletes an object from behind the API; finalizers hold it as usual.</summary>
    public void Delete(string plural, string? namespaceName, string name, bool now = false) =>
        _store.Delete(Resource(plural), namespaceName, name, now ? new JsonObject { ["gracePeriodSeconds"] = 0 } : null, dryRun: false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        KillSwitch.Fire(); // watches end at once
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    internal void Log(FakeRequest request) => _requests.Enqueue(request);

    internal Fault? FaultFor(FakeRequest request) => _faults.FirstOrDefault(f => f.TryHit(request));

    private static void Listen(KestrelServerOptions kestrel, FakeApiServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 16 * 1024 * 1024;
        kestrel.Listen(System.Net.IPAddress.Loopback, options.Port, listen =>
        {
            if (options.Certificate is not { } certificate)
                return;
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(certificate, https =>
            {
                https.ClientCertificateMode = options.RequestClientCertificate ? ClientCertificateMode.AllowCertificate : ClientCertificateMode.NoCertificate;
                https.AllowAnyClientCertificate();
            });
        });
    }

    private FakeResource Resource(string plural) => _resources.First(r => r.Plural == plural);
}
