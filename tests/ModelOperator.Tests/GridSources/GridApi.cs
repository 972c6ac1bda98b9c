using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelOperator.GridSources;

namespace ModelOperator.Tests.GridSources;

/// <summary>A real HTTP server that answers paths with documents and fails as the script says.</summary>
internal sealed class GridApi : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Dictionary<string, string> documents = [];
    private readonly ConcurrentQueue<Func<HttpContext, Task<bool>>> script = [];

    private GridApi(WebApplication app) => this.app = app;

    internal string Url => app.Urls.First();

    /// <summary>Method, path with query, and the credentials of each request.</summary>
    internal ConcurrentQueue<string> Requests { get; } = [];

    internal static async Task<GridApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var api = new GridApi(app);
        app.Run(api.AnswerAsync);
        await app.StartAsync();
        return api;
    }

    /// <summary>What a path answers.</summary>
    internal GridApi With(string path, string json)
    {
        documents[path] = json;
        return this;
    }

    /// <summary>The next request fails with a status.</summary>
    internal GridApi Then(int status, string? retryAfter = null)
    {
        script.Enqueue(context =>
        {
            context.Response.StatusCode = status;
            if (retryAfter is not null)
                context.Response.Headers.RetryAfter = retryAfter;
            return Task.FromResult(true);
        });
        return this;
    }

    /// <summary>The next request is answered as usual.</summary>
    internal GridApi ThenWell()
    {
        script.Enqueue(_ => Task.FromResult(false));
        return this;
    }

    /// <summary>The next request's connection breaks off.</summary>
    internal GridApi ThenBreaks()
    {
        script.Enqueue(context =>
        {
            context.Abort();
            return Task.FromResult(true);
        });
        return this;
    }

    /// <summary>The next request gets no answer until its client gives up.</summary>
    internal GridApi ThenHangs()
    {
        script.Enqueue(async context =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            return true;
        });
        return this;
    }

    internal static PoliteHttp Http(HttpClient client) =>
        new(client, TimeProvider.System) { Timeout = TimeSpan.FromSeconds(120), Pause = TimeSpan.FromMilliseconds(5), ShortWait = TimeSpan.FromSeconds(2) };

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        Requests.Enqueue($"{context.Request.Path}{context.Request.QueryString} {headers.Authorization}{headers["auth-token"]}");
        if (script.TryDequeue(out var step) && await step(context))
            return;
        if (documents.TryGetValue(context.Request.Path, out var json))
            await context.Response.WriteAsync(json);
        else
            context.Response.StatusCode = 404;
    }
}
