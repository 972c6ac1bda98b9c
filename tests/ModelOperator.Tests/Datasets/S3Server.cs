using System.Diagnostics;
using System.Security.Cryptography;
using ModelOperator.Datasets;
using ModelOperator.Tests.Artifacts;
using ModelOperator.Tests.Crds;

namespace ModelOperator.Tests.Datasets;

/// <summary>Swift with its S3 API in a folder of its own, on loopback ports. Gone with the test.</summary>
public sealed class S3Server : IAsyncLifetime, IDisposable
{
    public const string SecretKey = "s3-secret-value";
    public static readonly S3Credentials Credentials = new("test:tester", SecretKey);

    private readonly TempFolder folder = new();
    private readonly HttpClient http = new();
    private Process? process;

    public Uri Url { get; private set; } = new("http://127.0.0.1:1");

    public string Folder => folder.Path;

    public async Task InitializeAsync()
    {
        if (new S3FactAttribute().Skip is not null)
            return;
        var start = new ProcessStartInfo(Path.Combine(RepositoryRoot.Path, "tests", "s3", "swift-server")) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(folder.Path, "swift"), Credentials.AccessKeyId, SecretKey })
            start.ArgumentList.Add(argument);
        Directory.CreateDirectory(Path.Combine(folder.Path, "swift"));
        process = Process.Start(start)!;
        Url = new Uri(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("Swift did not start: " + await process.StandardError.ReadToEndAsync()));
        await PutAsync("datasets", "", []);
    }

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
