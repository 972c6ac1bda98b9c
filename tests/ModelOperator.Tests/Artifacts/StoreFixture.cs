using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using ModelOperator.Artifacts;

namespace ModelOperator.Tests.Artifacts;

/// <summary>A real store on a loopback port with a folder of its own.</summary>
public sealed class StoreFixture : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StoreFixture(WebApplication app, TempFolder folder, ArtifactTokens tokens, Uri url)
    {
        _app = app;
        Folder = folder;
        Tokens = tokens;
        Url = url;
        Http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(60) };
    }

    public TempFolder Folder { get; }

    public ArtifactTokens Tokens { get; }

    public Uri Url { get; }

    public HttpClient Http { get; }

    public string Root => Path.Combine(Folder.Path, "store");

    public string KeyFile => Path.Combine(Folder.Path, "key");

    public string WriteToken => Tokens.Issue(ArtifactScope.Write("team", "run-uid"));

    public static async Task<StoreFixture> StartAsync(
        Func<ArtifactStoreOptions, ArtifactStoreOptions>? change = null, IArtifactAuthorizer? authorizer = null, TempFolder? folder = null, int port = 0)
    {
        folder ??= new TempFolder();
        var keyFile = Path.Combine(folder.Path, "key");
        if (!File.Exists(keyFile))
            await File.WriteAllBytesAsync(keyFile, ArtifactTokens.NewKey());
        var options = new ArtifactStoreOptions(Path.Combine(folder.Path, "store"), $"http://127.0.0.1:{port}", keyFile);
        var app = await ArtifactStoreServer.BuildAsync(change?.Invoke(options) ?? options, authorizer, TimeProvider.System, CancellationToken.None);
        await app.StartAsync();
        return new StoreFixture(app, folder, new ArtifactTokens(await File.ReadAllBytesAsync(keyFile)), new Uri(app.Urls.First()));
    }

    public static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public Task<HttpResponseMessage> PutAsync(Sha256Digest digest, byte[] body, string? token = null) => SendAsync(HttpMethod.Put, digest, token ?? WriteToken, body);

    public async Task<Sha256Digest> StoreAsync(byte[] body)
    {
        var digest = Sha256Digest.Of(body);
        using var answer = await PutAsync(digest, body);
        Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK, $"the upload was answered {answer.StatusCode}");
        return digest;
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, Sha256Digest digest, string? token, byte[]? body = null, RangeHeaderValue? range = null)
    {
        using var request = new HttpRequestMessage(method, $"/v1/blobs/sha256/{digest.Hex}");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Range = range;
        if (body is not null)
            request.Content = new ByteArrayContent(body);
        return await Http.SendAsync(request);
    }

    public string[] TemporaryFiles() => Directory.GetFiles(Path.Combine(Root, "tmp"));

    public async Task StopAsync() => await _app.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        Folder.Dispose();
    }
}
