using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Predictions;
using ModelOperator.Registry;
using ModelOperator.Tests.Artifacts;
using ModelOperator.Tests.Registry;

namespace ModelOperator.Tests.Predictions;

/// <summary>The receiver on a loopback port, in front of a database.</summary>
internal sealed class ReceiverWorld : IAsyncDisposable
{
    public static readonly ServedVersion Toys = new("ml", "toys", "toys", "toys-3");

    private readonly TempFolder folder;

    private ReceiverWorld(WebApplication app, TempFolder folder, ArtifactTokens tokens, string connection, FakeTimeProvider clock)
    {
        (App, this.folder, Tokens, Connection, Clock) = (app, folder, tokens, connection, clock);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(60) };
    }

    public WebApplication App { get; }

    public ArtifactTokens Tokens { get; }

    public string Connection { get; }

    public FakeTimeProvider Clock { get; }

    public HttpClient Http { get; }

    public string KeyFile => Path.Combine(folder.Path, "key");

    public static async Task<ReceiverWorld> StartAsync(string connection, bool migrate = true)
    {
        if (migrate)
            await MigrateAsync(connection);
        var folder = new TempFolder();
        var key = ArtifactTokens.NewKey();
        folder.Write("key", key);
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
        var app = PredictionServer.Build(new PredictionOptions(connection, "http://127.0.0.1:0", Path.Combine(folder.Path, "key")), clock);
        await app.StartAsync();
        return new ReceiverWorld(app, folder, new ArtifactTokens(key), connection, clock);
    }

    /// <summary>As the leading operator does.</summary>
    public static async Task MigrateAsync(string connection)
    {
        await using var owner = new RegistryDatabase(connection, RegistryMigrations.Load(), TimeProvider.System, new TextLogger<RegistryDatabase>());
        Assert.Equal(RegistryWriteResult.Written, await owner.WriteAsync("nothing", [], CancellationToken.None));
    }

    public string TokenFor(ServedVersion served) => Tokens.Issue(ArtifactScope.Log(served));

    public async Task<(HttpStatusCode Status, JsonNode Body, TimeSpan? RetryAfter)> PostAsync(string body, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, PredictionEndpoint.Path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (token is not "")
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? TokenFor(Toys));
        // So that a body that is not wanted is not cut off while it is sent.
        request.Headers.ExpectContinue = body.Length > PredictionBatch.MostBytes;
        using var answer = await Http.SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!, answer.Headers.RetryAfter?.Delta);
    }

    /// <summary>A batch of one prediction of a version, at a second of 2026-01-31 12:00.</summary>
    public static string One(string id, double prediction = 1, string kind = "Regression", int second = 0, string more = "") =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"predictions":[{"id":"{{id}}","at":"{{At(second)}}","kind":"{{kind}}","prediction":{{prediction}}{{more}}}]}""");

    public static string Truth(string id, double truth, int second = 7200) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"truths":[{"id":"{{id}}","at":"{{At(second)}}","truth":{{truth}}}]}""");

    public Task<List<string>> RowsAsync(string sql) => PostgresServer.RowsAsync(Connection, sql);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
        folder.Dispose();
    }

    private static string At(int second) => new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).AddSeconds(second).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
