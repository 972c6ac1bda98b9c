using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace ModelOperator.Gateway.Tests.Support;

/// <summary>An API server that knows one ConfigMap: real HTTP, get and watch, can be switched off and can cut its watches.</summary>
internal sealed class ConfigMapApi : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Channel<string>> _watches = [];
    private readonly List<string> _requests = [];
    private Upstream _server = null!;
    private JsonObject? _map;
    private int _version;
    private bool _down;

    public Uri Host => new(_server.Url);

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    public int Watches
    {
        get
        {
            lock (_lock)
                return _watches.Count;
        }
    }

    public static async Task<ConfigMapApi> StartAsync()
    {
        ConfigMapApi api = new();
        api._server = await Upstream.StartAsync(api.ServeAsync);
        return api;
    }

    /// <summary>Writes the key, deletes the map when null; watches are told unless silent.</summary>
    public void Write(string? routes, string key = "routes.json", bool silent = false)
    {
        lock (_lock)
        {
            var type = routes is null ? "DELETED" : _map is null ? "ADDED" : "MODIFIED";
            var next = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ConfigMap",
                ["metadata"] = new JsonObject { ["name"] = "prices-routes", ["namespace"] = "shop", ["resourceVersion"] = $"{++_version}" },
                ["data"] = new JsonObject { [key] = routes ?? "" },
            };
            _map = routes is null ? null : next;
            foreach (var watch in silent ? [] : _watches)
                watch.Writer.TryWrite(Event(type, next));
        }
    }

    /// <summary>Answers 500 to everything and cuts all watches, or back.</summary>
    public void SetDown(bool down)
    {
        lock (_lock)
            _down = down;
        if (down)
            CutWatches();
    }

    public void CutWatches()
    {
        lock (_lock)
        {
            foreach (var watch in _watches)
                watch.Writer.TryComplete();
            _watches.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        CutWatches();
        await _server.DisposeAsync();
    }

    private static string Event(string type, JsonObject map) => new JsonObject { ["type"] = type, ["object"] = map.DeepClone() }.ToJsonString() + "\n";

    private Task ServeAsync(HttpContext context)
    {
        bool down;
        JsonObject? map;
        lock (_lock)
        {
            _requests.Add($"{context.Request.Method} {context.Request.Path}{Uri.UnescapeDataString(context.Request.QueryString.Value ?? "")}");
            (down, map) = (_down, _map);
        }

        context.Response.ContentType = "application/json";
        if (down || (map is null && !context.Request.Query.ContainsKey("watch")))
        {
            context.Response.StatusCode = down ? 500 : 404;
            return context.Response.WriteAsync($$"""{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"{{(down ? "InternalError" : "NotFound")}}","code":{{context.Response.StatusCode}}}""");
        }

        return context.Request.Query.ContainsKey("watch") ? WatchAsync(context) : context.Response.WriteAsync(map!.ToJsonString());
    }

    private async Task WatchAsync(HttpContext context)
    {
        var watch = Channel.CreateUnbounded<string>();
        lock (_lock)
        {
            _watches.Add(watch);
            if (_map is not null)
                watch.Writer.TryWrite(Event("ADDED", _map));
        }

        await context.Response.Body.FlushAsync();
        await foreach (var line in watch.Reader.ReadAllAsync(context.RequestAborted))
        {
            await context.Response.WriteAsync(line);
            await context.Response.Body.FlushAsync();
        }
    }
}
