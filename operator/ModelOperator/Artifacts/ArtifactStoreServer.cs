using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ModelOperator.Artifacts;

/// <summary>Builds the store's web application.</summary>
public static class ArtifactStoreServer
{
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(250);

    /// <summary>Opens the volume and builds the application; the caller runs and disposes it.</summary>
    /// <exception cref="IOException">The volume is held by another store, or the S3 service away, for longer than the lock timeout; the volume is not writable, or the service refuses.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The application's container owns the store and disposes it.")]
    public static async Task<WebApplication> BuildAsync(
        ArtifactStoreOptions options, IArtifactAuthorizer? authorizer, TimeProvider time, CancellationToken cancellationToken)
    {
        var counters = new StoreCounters();
        BlobStore? blobs = null;
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
        builder.Services.AddSingleton(_ => blobs ?? throw new InvalidOperationException("the store is not open yet"));
        builder.Services.AddSingleton(counters);
        builder.Services.AddSingleton(provider => new ResumableUploads(provider.GetRequiredService<BlobStore>(), options, time));
        builder.Services.AddSingleton(provider => new Collector(provider.GetRequiredService<BlobStore>(), options, counters, time, provider.GetRequiredService<ILogger<Collector>>()));
        var app = builder.Build();
        try
        {
            blobs = await OpenAsync(options, counters, time, app.Services.GetRequiredService<ILogger<S3Bucket>>(), cancellationToken);
            Map(app, app.Services.GetRequiredService<BlobStore>(), options, counters, authorizer, time);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static void Map(WebApplication app, BlobStore blobs, ArtifactStoreOptions options, StoreCounters counters, IArtifactAuthorizer? authorizer, TimeProvider time)
    {
        var access = new ArtifactAccess(options.KeyFile, blobs, authorizer, time);
        var gate = new StoreGate(access, app.Services.GetRequiredService<ILogger<StoreGate>>());
        var uploads = app.Services.GetRequiredService<ResumableUploads>();
        app.Use(next => context => gate.GuardAsync(context, next));
        new UploadEndpoints(blobs, uploads, gate, options, counters, app.Services.GetRequiredService<ILogger<UploadEndpoints>>()).Map(app);
        new ArtifactStoreEndpoints(blobs, uploads, gate, options, counters, app.Services.GetRequiredService<ILogger<ArtifactStoreEndpoints>>()).Map(app);
        new CollectionEndpoints(app.Services.GetRequiredService<Collector>(), gate).Map(app);
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The store owns its backing; without a store it is disposed here.")]
    private static async Task<BlobStore> OpenAsync(ArtifactStoreOptions options, StoreCounters counters, TimeProvider time, ILogger<S3Bucket> logger, CancellationToken cancellationToken)
    {
        var backing = options.S3 is { } s3 ? new S3Backing(new S3Bucket(s3, time, counters, logger), s3) : null;
        try
        {
            return await OpenAsync(options, backing, counters, time, cancellationToken);
        }
        catch
        {
            backing?.Dispose();
            throw;
        }
    }

    private static async Task<BlobStore> OpenAsync(ArtifactStoreOptions options, IBlobBacking? backing, StoreCounters counters, TimeProvider time, CancellationToken cancellationToken)
    {
        var deadline = time.GetUtcNow() + (options.LockTimeout ?? TimeSpan.Zero);
        while (true)
        {
            try
            {
                return await BlobStore.OpenAsync(options.Root, options.MinFreeBytes, counters, time, options.Quotas, backing, cancellationToken);
            }
            catch (IOException failure) when (failure is VolumeHeldException or BackingException { Reason: BackingException.Unavailable } && time.GetUtcNow() < deadline)
            {
                // A predecessor that is shutting down lets go within its grace period; a service that restarts comes back.
                await Task.Delay(LockRetry, time, cancellationToken);
            }
        }
    }
}
