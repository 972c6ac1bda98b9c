using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ModelOperator.Server.Tests;

/// <summary>Stands where predictions are received: keeps the bodies that it takes, and answers as the test says.</summary>
internal sealed class PredictionSink : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<string> _bodies = new();
    private readonly ConcurrentQueue<string> _tokens = new();

    private PredictionSink(WebApplication application) => _application = application;

    /// <summary>Status of an answer, and its body; what is answered 200 is kept before the answer is written.</summary>
    internal Func<HttpContext, Task<(int Status, string Body)>> Answer { get; set; } = static _ => Task.FromResult((200, """{"taken":1,"refused":0,"reasons":[]}"""));

    internal Uri Url { get; private set; } = new("http://nowhere");

    internal IReadOnlyCollection<string> Bodies => _bodies;

    internal IReadOnlyCollection<string> Tokens => _tokens;

    internal int Asked => _tokens.Count;

    internal static async Task<PredictionSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        var sink = new PredictionSink(application);
        application.MapPost("/v1/predictions", (RequestDelegate)sink.TakeAsync);
        await application.StartAsync();
        sink.Url = new Uri(application.Urls.First() + "/v1/predictions");
        return sink;
    }

    /// <summary>Rows of a list, "predictions" or "truths", in all bodies that were taken.</summary>
    internal List<JsonElement> Rows(string list) => [.. Bodies.SelectMany(body => JsonElement.Parse(body).GetProperty(list).EnumerateArray())];

    /// <summary>Waits for so many rows of a list.</summary>
    internal async Task<List<JsonElement>> RowsAsync(string list, int count)
    {
        for (var began = TimeProvider.System.GetTimestamp(); Rows(list).Count < count;)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds < 120, $"{Rows(list).Count} {list} came, not {count}");
            await Task.Delay(20);
        }

        return Rows(list);
    }

    /// <summary>Waits until it was asked so often.</summary>
    internal async Task AskedAsync(int times)
    {
        for (var began = TimeProvider.System.GetTimestamp(); Asked < times; await Task.Delay(20))
            Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds < 120, $"asked {Asked} times, not {times}");
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        _tokens.Enqueue(context.Request.Headers.Authorization.ToString());
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var (status, answer) = await Answer(context);
        if (status == 200)
            _bodies.Enqueue(body);
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(answer);
    }
}
