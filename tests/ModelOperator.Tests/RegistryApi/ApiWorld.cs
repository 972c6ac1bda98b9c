using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using ModelOperator.Fakes;
using ModelOperator.RegistryApi;

namespace ModelOperator.Tests.RegistryApi;

/// <summary>The API on a loopback port, in front of a database.</summary>
internal sealed class ApiWorld : IAsyncDisposable
{
    private ApiWorld(WebApplication app, FakeTimeProvider clock)
    {
        (App, Clock) = (app, clock);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(60) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "anns-token");
    }

    public WebApplication App { get; }

    public FakeTimeProvider Clock { get; }

    public HttpClient Http { get; }

    public static async Task<ApiWorld> StartAsync(string connection, IApiAccess? access = null)
    {
        var clock = new FakeTimeProvider();
        var app = ApiServer.Build(new ApiOptions(connection, "http://127.0.0.1:0"), access ?? new OpenAccess(), clock);
        await app.StartAsync();
        return new ApiWorld(app, clock);
    }

    public Task<HttpResponseMessage> AskAsync(string path) => Http.GetAsync(new Uri(path, UriKind.Relative));

    /// <summary>The answer's status, and its body where it has one.</summary>
    public async Task<(int Status, JsonNode? Body)> GetAsync(string path)
    {
        using var answer = await AskAsync(path);
        var body = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, body.Length == 0 ? null : JsonNode.Parse(body));
    }

    /// <summary>One member of each item of a page.</summary>
    public async Task<List<string>> ItemsAsync(string path, string member)
    {
        var (status, body) = await GetAsync(path);
        Assert.True(status == 200, $"{path}: {status} {body}");
        return [.. body!["items"]!.AsArray().Select(item => item![member]!.ToString())];
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
    }
}
