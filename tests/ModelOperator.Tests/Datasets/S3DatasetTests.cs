using System.Text;
using System.Text.Json;
using ModelOperator.Artifacts;
using ModelOperator.Datasets;
using ModelOperator.Tests.Artifacts;

namespace ModelOperator.Tests.Datasets;

/// <summary>The fetcher and the client against a real S3 server, which checks every signature.</summary>
public sealed class S3DatasetTests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [S3Fact]
    public async Task An_object_is_fetched_hashed_and_checked_against_its_digest()
    {
        var body = StoreFixture.Bytes(7, 3_000_000);
        await server.PutAsync("datasets", "team a/größe+1~.bin", body);
        using var run = Run(new { uri = "s3://datasets/team a/größe+1~.bin", fileName = "x.bin" });
        Assert.Equal(ExitCodes.Done, await run.FetchAsync());
        Assert.Equal(body, await File.ReadAllBytesAsync(Target("x.bin")));
        Assert.Equal(Sha256Digest.Of(body).ToString(), Assert.Single(TerminationMessage.TryReadFetch(run.Message())!.Datasets).Digest);

        using var wrong = Run(new { uri = "s3://datasets/team a/größe+1~.bin", digest = Sha256Digest.Of("other"u8).ToString() });
        Assert.Equal(ExitCodes.BadData, await wrong.FetchAsync());
        Assert.Equal("DatasetDigestMismatch", wrong.Reason());
    }

    [S3Fact]
    public async Task A_prefix_is_a_folder_whose_digest_is_that_of_its_manifest()
    {
        await server.PutAsync("datasets", "folder/a.csv", "v\n1\n"u8.ToArray());
        await server.PutAsync("datasets", "folder/sub dir/b.csv", "v\n2\n"u8.ToArray());
        await server.PutAsync("datasets", "folder/", []);
        await server.PutAsync("datasets", "folder2/c.csv", "v\n3\n"u8.ToArray());
        using var run = Run(new { uri = "s3://datasets/folder/", validation = new { columns = new[] { new { name = "v", type = "Integer", required = true } } } });
        Assert.Equal(ExitCodes.Done, await run.FetchAsync());
        var fetched = Assert.Single(TerminationMessage.TryReadFetch(run.Message())!.Datasets);
        Assert.Equal((await FolderManifest.ReadAsync(Target(""), CancellationToken.None)).Digest.ToString(), fetched.Digest);
        Assert.Equal((2, 1, 8), (fetched.Rows, fetched.Columns, (int)fetched.SizeBytes));
    }

    [S3Fact]
    public async Task Long_listings_are_read_page_by_page()
    {
        for (var i = 0; i < 7; i++)
            await server.PutAsync("datasets", $"pages/{i}", [(byte)i]);
        Assert.True(S3Location.TryParse("s3://datasets/pages/", out var location));
        using var http = TransferHttp.ForSigned();
        var client = Client(http, S3Server.Credentials);
        List<string> keys = [];
        string? next = null;
        var pages = 0;
        do
        {
            (var objects, next) = await client.ListAsync(location, next, 3, CancellationToken.None);
            keys.AddRange(objects.Select(o => o.Key));
            pages++;
        }
        while (next is not null);
        Assert.Equal((3, 7), (pages, keys.Count));
        Assert.Equal(keys.Distinct().Order(StringComparer.Ordinal), keys);
    }

    [S3Fact]
    public async Task A_wrong_key_ends_with_66_and_no_message_holds_the_secret()
    {
        await server.PutAsync("datasets", "guarded.csv", "v\n1\n"u8.ToArray());
        using var run = Run(new { uri = "s3://datasets/guarded.csv" }, "not-the-secret-key");
        Assert.Equal(ExitCodes.NotFound, await run.FetchAsync());
        Assert.Contains("403", run.Message(), StringComparison.Ordinal);
        Assert.Contains("secretRef", run.Message(), StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-secret-key", run.Message() + run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Signature", run.Message() + run.Output, StringComparison.Ordinal);
        using var http = TransferHttp.ForSigned();
        Assert.True(S3Location.TryParse("s3://datasets/guarded.csv", out var location));
        Assert.Equal(4, await Client(http, S3Server.Credentials).SizeAsync(location, CancellationToken.None));
        await Assert.ThrowsAsync<TransferException>(() => Client(http, null).SizeAsync(location, CancellationToken.None));
    }

    [S3Fact]
    public async Task What_is_not_there_ends_with_66()
    {
        foreach (var uri in new[] { "s3://datasets/none.csv", "s3://datasets/none/", "s3://nobucket/x", "s3://nobucket/" })
        {
            using var run = Run(new { uri });
            Assert.Equal(ExitCodes.NotFound, await run.FetchAsync());
            Assert.Equal("DatasetNotFound", run.Reason());
        }
    }

    [Fact]
    public async Task A_Secret_without_the_keys_ends_with_66_and_names_them()
    {
        using var run = Run(new { uri = "s3://datasets/a.csv" }, secret: null);
        Assert.Equal(ExitCodes.NotFound, await run.FetchAsync());
        Assert.Contains("AWS_SECRET_ACCESS_KEY", run.Message(), StringComparison.Ordinal);
    }

    private S3Client Client(HttpClient http, S3Credentials? credentials) => new(http, new S3Endpoint(server.Url, "us-east-1", credentials), TimeProvider.System);

    private string Target(string name) => Path.Combine(folder.Path, "dataset", "train", name);

    private TransferRun Run(object item, string? secret = S3Server.SecretKey)
    {
        folder.Write("credentials/AWS_ACCESS_KEY_ID", Encoding.UTF8.GetBytes(S3Server.Credentials.AccessKeyId + "\n"));
        if (secret is not null)
            folder.Write("credentials/AWS_SECRET_ACCESS_KEY", Encoding.UTF8.GetBytes(secret + "\n"));
        var json = JsonSerializer.SerializeToNode(item)!.AsObject();
        json["name"] = "train";
        json["dir"] = Target("");
        json["endpoint"] = server.Url.ToString();
        json["credentialsPath"] = Path.Combine(folder.Path, "credentials");
        return new TransferRun(folder, "fetch", new() { ["MODELOP_FETCH_PLAN"] = $"[{json.ToJsonString()}]", ["MODELOP_STORE_URL"] = "http://127.0.0.1:1", ["MODELOP_RETRY_SECONDS"] = "60" });
    }
}
