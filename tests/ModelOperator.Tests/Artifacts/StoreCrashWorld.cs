using System.Net.Http.Headers;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Tests.Datasets;

namespace ModelOperator.Tests.Artifacts;

/// <summary>A store that is started again and again, as a process of its own, at one address and with what it had.</summary>
internal sealed class StoreCrashWorld : IDisposable
{
    private readonly (string, string)[] _backing;
    private readonly int _port = FreePort.Next();
    private readonly string _keyFile;

    /// <summary>Starts nothing yet.</summary>
    /// <param name="s3">What its blobs are in; a volume of its own when null.</param>
    public StoreCrashWorld(S3Server? s3)
    {
        var key = StoreFixture.Bytes(1, 32);
        (_keyFile, Tokens) = (Folder.Write("key", key), new ArtifactTokens(key));
        _backing = s3?.Environment(Folder) ?? [];
        Stored = new StoredBlobs(Folder, s3);
        Http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromMinutes(5) };
    }

    public TempFolder Folder { get; } = new();

    /// <summary>What the store has, looked at behind its back.</summary>
    public StoredBlobs Stored { get; }

    public ArtifactTokens Tokens { get; }

    public HttpClient Http { get; }

    public string Root => Path.Combine(Folder.Path, "store");

    public Uri Url => new($"http://127.0.0.1:{_port}");

    /// <summary>Token that <see cref="Http"/> sends.</summary>
    public string Bearer
    {
        get => Http.DefaultRequestHeaders.Authorization?.Parameter ?? "";
        set => Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", value);
    }

    public Task<StoreProcess> StartAsync(params (string Name, string Value)[] settings) => StoreProcess.StartAsync(Root, _keyFile, _port, null, [.. _backing, .. settings]);

    public void Dispose()
    {
        Http.Dispose();
        Stored.Dispose();
        Folder.Dispose();
    }
}
