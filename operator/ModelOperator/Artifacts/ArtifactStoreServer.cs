using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ModelOperator.Artifacts;

/// <summary>Builds the store's web application.</summary>
public static class ArtifactStoreServer
{
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(250);

    /// <summary>Opens the volume and builds the application; the caller runs and disposes it.</summary>
    /// <exception cref="IOException">The volume is held by another store for longer than the lock timeout, or is not writable.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The application's container owns the store and disposes it.")]
    public static async Task<WebApplication> BuildAsync(
        ArtifactStoreOptions options, IArtifactAuthorizer? authorizer, TimeProvider time, CancellationToken cancellationToken)
    {
        var counters = new StoreCounters();
        var blobs = await OpenAsync(options, counters, time, cancellationToken);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.Listen);
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.Logging.ClearProviders().AddSimpleConsole(static console => console.SingleLine = true);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddSingleton(_ => blobs);
        builder.Services.AddSingleton(counters);
        builder.Services.AddSingleton(_ => new ResumableUploads(blobs, options, time));
        builder.Services.AddSingleton(provider => new Collector(blobs, options, counters, time, provider.GetRequiredService<ILogger<Collector>>()));
        var app = builder.Build();
        _ = app.Services.GetRequiredService<BlobStore>();
        var access = new ArtifactAccess(options.KeyFile, blobs, authorizer, time);
        var gate = new StoreGate(access, app.Services.GetRequiredService<ILogger<StoreGate>>());
        var uploads = app.Services.GetRequiredService<ResumableUploads>();
        new UploadEndpoints(blobs, uploads, gate, options, counters, app.Services.GetRequiredService<ILogger<UploadEndpoints>>()).Map(app);
        new ArtifactStoreEndpoints(blobs, uploads, gate, options, counters, app.Services.GetRequiredService<ILogger<ArtifactStoreEndpoints>>()).Map(app);
        new CollectionEndpoints(app.Services.GetRequiredService<Collector>(), gate).Map(app);
        return app;
    }

    private static async Task<BlobStore> OpenAsync(ArtifactStoreOptions options, StoreCounters counters, TimeProvider time, CancellationToken cancellationToken)
    {
        var deadline = time.GetUtcNow() + (options.LockTimeout ?? TimeSpan.Zero);
        while (true)
        {
            try
            {
                return BlobStore.Open(options.Root, options.MinFreeBytes, counters, time, options.Quotas);
            }
            catch (VolumeHeldException) when (time.GetUtcNow() < deadline)
            {
                // A predecessor that is shutting down lets go within its grace period.
                await Task.Delay(LockRetry, time, cancellationToken);
            }
        }
    }
}
