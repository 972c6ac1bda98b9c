using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ModelOperator.Tests.Artifacts;

/// <summary>A public web server with the faults that datasets meet.</summary>
public sealed class SourceServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private SourceServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public int Requests => _requests;

    /// <summary>Authorization header of the last request to /guarded.</summary>
    public string? Authorization { get; private set; }

    public List<string> Ranges { get; } = [];

    /// <summary>When the client has something of what /broken sends: it breaks off then, and not before.</summary>
    public Func<bool> HasArrived { get; set; } = static () => true;

    public static async Task<SourceServer> StartAsync(byte[] body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new SourceServer(app);
        app.Map("/redirect", static context =>
        {
            context.Response.Redirect("/data.csv");
            return Task.CompletedTask;
        });
        app.Map("/data.csv", context => context.Response.Body.WriteAsync(body).AsTask());
        app.Map("/forbidden", static context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        app.Map("/guarded", context =>
        {
            server.Authorization = context.Request.Headers.Authorization;
            return context.Response.Body.WriteAsync(body).AsTask();
        });
        app.Map("/flaky", context => server.FlakyAsync(context, body));
        app.Map("/broken", context => server.BrokenAsync(context, body));
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>503 twice, then the body.</summary>
    private Task FlakyAsync(HttpContext context, byte[] body)
    {
        if (Interlocked.Increment(ref _requests) <= 2)
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        }
        return context.Response.Body.WriteAsync(body).AsTask();
    }

    /// <summary>Breaks off in the middle the first time; serves ranges with a strong tag afterwards.</summary>
    private async Task BrokenAsync(HttpContext context, byte[] body)
    {
        Ranges.Add(context.Request.Headers.Range.ToString());
        if (Interlocked.Increment(ref _requests) == 1)
        {
            context.Response.Headers.ETag = "\"v1\"";
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
            await context.Response.Body.FlushAsync();
            await Eventually.TrueAsync(HasArrived);
            context.Abort();
            return;
        }
        await Results.Bytes(body, "text/csv", entityTag: new("\"v1\""), enableRangeProcessing: true).ExecuteAsync(context);
    }
}
