using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Artifacts;
using ModelOperator.Datasets;
using ModelOperator.Fakes;
using ModelOperator.Tests.Artifacts;
using ModelOperator.Tests.Crds;

namespace ModelOperator.Tests.Datasets;

/// <summary>A server that speaks S3 in a folder of its own, on loopback ports: Swift, or what <see cref="Script"/> names. Gone with the test.</summary>
public sealed class S3Server : IAsyncLifetime, IDisposable
{
    public const string SecretKey = "s3-secret-value";
    public static readonly S3Credentials Credentials = new("test:tester", SecretKey);

    /// <summary>Names another program than tests/s3/swift-server that is started as that is.</summary>
    public const string Script = "MODELOP_TEST_S3";

    private const string Artifacts = "artifacts";

    private readonly TempFolder folder = new();
    private readonly HttpClient http = new();
    /// <summary>Of the server and of up to three behind it.</summary>
    private readonly int[] ports = [FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next()];
    private Process? process;

    public Uri Url => new($"http://127.0.0.1:{ports[0]}");

    public string Folder => folder.Path;

    /// <summary>What a store's tests run against: its own volume, and this server where there is one.</summary>
    public static TheoryData<string> Backings => new S3FactAttribute().Skip is null ? ["volume", "s3"] : ["volume"];

    public async Task InitializeAsync()
    {
        if (new S3FactAttribute().Skip is not null)
            return;
        Directory.CreateDirectory(Path.Combine(folder.Path, "server"));
        await StartAsync();
        await PutAsync("datasets", "", []);
        await PutAsync(Artifacts, "", []);
    }

    /// <summary>Starts it; again, it has what it had, at the same address.</summary>
    public async Task StartAsync()
    {
        var script = System.Environment.GetEnvironmentVariable(Script) ?? Path.Combine(RepositoryRoot.Path, "tests", "s3", "swift-server");
        var start = new ProcessStartInfo(script) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(folder.Path, "server"), Credentials.AccessKeyId, SecretKey }.Concat(ports.Select(static p => p.ToString(CultureInfo.InvariantCulture))))
            start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        if (await process.StandardOutput.ReadLineAsync() is null)
            throw new InvalidOperationException($"{script} did not start: " + await process.StandardError.ReadToEndAsync());
    }

    /// <summary>SIGKILL to all of it.</summary>
    public async Task KillAsync()
    {
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
        // Its children get the signal too, and answer until they get to it.
        await Eventually.TrueAsync(() => ports.All(Refuses));
    }

    private static bool Refuses(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>This server where it is meant.</summary>
    public S3Server? On(string backing) => backing == "s3" ? this : null;

    /// <summary>Settings of a store whose blobs are below a prefix of this server's, named after the store's folder.</summary>
    public S3StoreOptions StoreIn(TempFolder store, string secret = SecretKey)
    {
        var credentials = Path.GetDirectoryName(store.Write("s3/" + SourceCredentials.SecretAccessKey, System.Text.Encoding.ASCII.GetBytes(secret + "\n")))!;
        store.Write("s3/" + SourceCredentials.AccessKeyId, System.Text.Encoding.ASCII.GetBytes(Credentials.AccessKeyId));
        return new(Url, Artifacts, credentials) { Prefix = $"stores/{Path.GetFileName(store.Path)}/", RetryWindow = TimeSpan.FromSeconds(1), PartBytes = S3StoreOptions.LeastPartBytes };
    }

    /// <summary>The same for a store that is a process of its own.</summary>
    public (string Name, string Value)[] Environment(TempFolder store)
    {
        var options = StoreIn(store);
        return
        [
            ("MODELOP_STORE_S3_ENDPOINT", Url.ToString()),
            ("MODELOP_STORE_S3_BUCKET", options.Bucket),
            ("MODELOP_STORE_S3_PREFIX", options.Prefix),
            ("MODELOP_STORE_S3_CREDENTIALS", options.Credentials),
            ("MODELOP_STORE_S3_PART_BYTES", $"{options.PartBytes}"),
            ("MODELOP_STORE_S3_RETRY_SECONDS", "1"),
        ];
    }

    /// <summary>The objects of a store, for the test itself.</summary>
    public S3Bucket BucketOf(TempFolder store) => new(StoreIn(store), TimeProvider.System, new StoreCounters(), NullLogger<S3Bucket>.Instance);

    /// <summary>Makes a bucket (empty key) or an object.</summary>
    public async Task PutAsync(string bucket, string key, byte[] bytes)
    {
        var now = TimeProvider.System.GetUtcNow();
        var path = $"/{bucket}/{S3Signer.Encode(key, keepSlashes: true)}".TrimEnd('/');
        var payload = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var headers = new Dictionary<string, string> { ["host"] = Url.Authority, ["x-amz-content-sha256"] = payload, ["x-amz-date"] = S3Signer.Stamp(now) };
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"{Url.GetLeftPart(UriPartial.Authority)}{path}")) { Content = new ByteArrayContent(bytes) };
        foreach (var (name, value) in headers.Where(h => h.Key != "host"))
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("Authorization", S3Signer.Authorization("PUT", path, [], headers, payload, "us-east-1", "s3", Credentials, now));
        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    public async Task DisposeAsync()
    {
        if (process is not null)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Dispose();
    }

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }
}
