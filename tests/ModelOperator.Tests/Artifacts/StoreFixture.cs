using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using ModelOperator.Artifacts;
using ModelOperator.Tests.Datasets;

namespace ModelOperator.Tests.Artifacts;

/// <summary>A real store on a loopback port with a folder of its own.</summary>
public sealed class StoreFixture : IAsyncDisposable
{
    private readonly Func<Task<WebApplication>> _start;
    private readonly StoredBlobs _stored;
    private WebApplication _app;

    private StoreFixture(Func<Task<WebApplication>> start, WebApplication app, TempFolder folder, ArtifactTokens tokens, S3Server? s3)
    {
        (_start, _app) = (start, app);
        _stored = new StoredBlobs(folder, s3);
        Folder = folder;
        Tokens = tokens;
        Http = NewHttp();
    }

    public TempFolder Folder { get; }

    public ArtifactTokens Tokens { get; }

    public Uri Url => new(_app.Urls.First());

    public HttpClient Http { get; private set; }

    public string Root => Path.Combine(Folder.Path, "store");

    public string KeyFile => Path.Combine(Folder.Path, "key");

    public string WriteToken => Tokens.Issue(ArtifactScope.Write("team", "run-uid"));

    public static async Task<StoreFixture> StartAsync(
        Func<ArtifactStoreOptions, ArtifactStoreOptions>? change = null, IArtifactAuthorizer? authorizer = null, TempFolder? folder = null, int port = 0, S3Server? s3 = null)
    {
        folder ??= new TempFolder();
        var keyFile = Path.Combine(folder.Path, "key");
        if (!File.Exists(keyFile))
            await File.WriteAllBytesAsync(keyFile, ArtifactTokens.NewKey());
        var options = new ArtifactStoreOptions(Path.Combine(folder.Path, "store"), $"http://127.0.0.1:{port}", keyFile) { S3 = s3?.StoreIn(folder) };
        var start = async () =>
        {
            var app = await ArtifactStoreServer.BuildAsync(change?.Invoke(options) ?? options, authorizer, TimeProvider.System, CancellationToken.None);
            await app.StartAsync();
            return app;
        };
        return new StoreFixture(start, await start(), folder, new ArtifactTokens(await File.ReadAllBytesAsync(keyFile)), s3);
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
        Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK, $"the upload was answered {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
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

    /// <summary>Whether the backing has a blob, whatever the store says.</summary>
    public Task<bool> HasAsync(Sha256Digest digest) => _stored.HasAsync(digest);

    /// <summary>Nobody has used these blobs for years; the store is started anew and knows nothing else.</summary>
    public async Task AgeAsync(params Sha256Digest[] digests)
    {
        await _stored.AgeAsync(digests);
        await RestartAsync();
    }

    /// <summary>Puts any bytes in the place of an object of the bucket.</summary>
    public Task OverwriteAsync(string key, byte[] bytes) => _stored.PutAsync(key, bytes);

    public async Task RestartAsync()
    {
        await _app.DisposeAsync();
        _app = await _start();
        Http.Dispose();
        Http = NewHttp();
    }

    public string[] TemporaryFiles() => Directory.GetFiles(Path.Combine(Root, "tmp"));

    public async Task StopAsync() => await _app.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _stored.Dispose();
        await _app.DisposeAsync();
        Folder.Dispose();
    }

    private HttpClient NewHttp() => new() { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(60) };
}
