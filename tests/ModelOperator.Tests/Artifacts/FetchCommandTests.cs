using System.Text.Json;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;

namespace ModelOperator.Tests.Artifacts;

public sealed class FetchCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly byte[] _body = StoreFixture.Bytes(1, 1_500_000);

    private string Target => Path.Combine(_folder.Path, "dataset", "train");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_blob_and_an_artifact_of_the_store_are_fetched_and_reported()
    {
        await using var store = await StoreFixture.StartAsync();
        var blob = await store.StoreAsync(_body);
        var file = await store.StoreAsync("{}"u8.ToArray());
        var manifest = ArtifactManifest.Create([new ManifestEntry(file, 2, "sub/model.json"), new ManifestEntry(blob, _body.Length, "trees.ubj")]);
        await store.StoreAsync(manifest.Bytes.ToArray());
        var model = Path.Combine(_folder.Path, "models", "m");
        using var run = Run(
            store.Url,
            new { name = "train", uri = blob.Uri, digest = blob.ToString(), fileName = "d.csv", dir = Target, token = store.Tokens.Issue(ArtifactScope.Read(blob)) },
            new { name = "model", uri = manifest.Digest.Uri, digest = manifest.Digest.ToString(), dir = model, token = store.Tokens.Issue(ArtifactScope.Read(manifest.Digest)) });
        Assert.Equal(ExitCodes.Done, await run.FetchAsync());
        Assert.Equal(_body, await File.ReadAllBytesAsync(Path.Combine(Target, "d.csv")));
        Assert.Equal(manifest.Digest, (await FolderManifest.ReadAsync(model, CancellationToken.None)).Digest);
        Assert.Equal(
            [("train", blob.Uri, blob.ToString(), _body.Length), ("model", manifest.Digest.Uri, manifest.Digest.ToString(), _body.Length + 2)],
            TerminationMessage.TryReadFetch(run.Message())!.Datasets.Select(static item => (item.Name, item.Uri!, item.Digest, (int)item.SizeBytes)));
        Assert.Equal(ExitCodes.Done, await run.FetchAsync());
    }

    [Fact]
    public async Task A_public_source_is_followed_through_redirects_and_verified()
    {
        await using var source = await SourceServer.StartAsync(_body);
        using var run = Run(null, Http(source, "/redirect", Sha256Digest.Of(_body)));
        Assert.Equal(ExitCodes.Done, await run.FetchAsync());
        Assert.Equal(_body, await File.ReadAllBytesAsync(Path.Combine(Target, "redirect")));
    }

    [Fact]
    public async Task A_source_that_answers_503_is_tried_again()
    {
        await using var source = await SourceServer.StartAsync(_body);
        using var run = Run(null, Http(source, "/flaky", Sha256Digest.Of(_body)));
        Assert.Equal(ExitCodes.Done, await run.FetchAsync());
        Assert.Equal(3, source.Requests);
        Assert.Contains("trying again", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_taken_up_where_it_broke()
    {
        await using var source = await SourceServer.StartAsync(_body);
        source.HasArrived = () => new FileInfo(Path.Combine(Target, "broken.part")) is { Exists: true, Length: > 0 };
        using var run = Run(null, Http(source, "/broken", Sha256Digest.Of(_body)));
        Assert.Equal(ExitCodes.Done, await run.FetchAsync());
        Assert.Equal(_body, await File.ReadAllBytesAsync(Path.Combine(Target, "broken")));
        Assert.Equal("", source.Ranges[0]);
        Assert.Matches("^bytes=[1-9][0-9]+-$", source.Ranges[1]);
    }

    [Fact]
    public async Task Bytes_with_another_digest_end_with_65_and_leave_no_file()
    {
        await using var source = await SourceServer.StartAsync(_body);
        using var run = Run(null, Http(source, "/data.csv", Sha256Digest.Of("expected"u8)));
        Assert.Equal(ExitCodes.BadData, await run.FetchAsync());
        Assert.Equal("DatasetDigestMismatch", run.Reason());
        Assert.Contains(Sha256Digest.Of(_body).ToString(), run.Message(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Target));
    }

    [Theory]
    [InlineData("/missing")]
    [InlineData("/forbidden")]
    public async Task A_source_that_says_no_ends_with_66_at_once(string path)
    {
        await using var source = await SourceServer.StartAsync(_body);
        using var run = Run(null, Http(source, path, Sha256Digest.Of(_body)));
        Assert.Equal(ExitCodes.NotFound, await run.FetchAsync());
        Assert.Equal("DatasetNotFound", run.Reason());
    }

    [Fact]
    public async Task A_blob_that_the_store_lacks_ends_with_66_and_an_unreachable_store_with_69()
    {
        var digest = Sha256Digest.Of("nowhere"u8);
        await using (var store = await StoreFixture.StartAsync())
        {
            using var missing = Run(store.Url, new { name = "train", uri = digest.Uri, dir = Target, token = store.Tokens.Issue(ArtifactScope.Read(digest)) });
            Assert.Equal(ExitCodes.NotFound, await missing.FetchAsync());
            Assert.Contains(digest.ToString(), missing.Message(), StringComparison.Ordinal);
        }
        using var away = Run("4", new Uri($"http://127.0.0.1:{FreePort.Next()}"), new { name = "train", uri = digest.Uri, dir = Target });
        Assert.Equal(ExitCodes.Unavailable, await away.FetchAsync());
        Assert.Equal("StoreUnavailable", away.Reason());
    }

    [Fact]
    public async Task A_token_that_the_store_refuses_ends_with_77_after_the_retries()
    {
        await using var store = await StoreFixture.StartAsync();
        var digest = await store.StoreAsync(_body);
        using var run = Run("4", store.Url, new { name = "train", uri = digest.Uri, dir = Target, token = store.WriteToken });
        Assert.Equal(ExitCodes.NoPermission, await run.FetchAsync());
        Assert.Equal("StoreAccessDenied", run.Reason());
    }

    [Fact]
    public async Task A_corrupt_blob_is_noticed_by_the_reader()
    {
        await using var store = await StoreFixture.StartAsync();
        var digest = await store.StoreAsync(_body);
        var path = Path.Combine(store.Root, "blobs", "sha256", digest.Hex[..2], digest.Hex);
        _body[700_000] ^= 1;
        await File.WriteAllBytesAsync(path, _body);
        using var run = Run(store.Url, new { name = "train", uri = digest.Uri, dir = Target, token = store.Tokens.Issue(ArtifactScope.Read(digest)) });
        Assert.Equal(ExitCodes.BadData, await run.FetchAsync());
        Assert.Equal("DatasetDigestMismatch", run.Reason());
    }

    [Fact]
    public async Task A_mounted_configmap_is_copied_and_hashed()
    {
        // The kubelet's layout: keys are links through ..data into a dated folder.
        _folder.Write("mount/..2026/one.csv", [1, 2]);
        _folder.Write("mount/..2026/two.csv", [3]);
        var mount = Path.Combine(_folder.Path, "mount");
        File.CreateSymbolicLink(Path.Combine(mount, "..data"), "..2026");
        File.CreateSymbolicLink(Path.Combine(mount, "one.csv"), "..data/one.csv");
        File.CreateSymbolicLink(Path.Combine(mount, "two.csv"), "..data/two.csv");
        var single = Sha256Digest.Of([1, 2]);
        var whole = ArtifactManifest.Create([new(single, 2, "one.csv"), new(Sha256Digest.Of([3]), 1, "two.csv")]).Digest;
        using var run = Run(
            null,
            new { name = "key", uri = "configmap://c/one.csv", fileName = "x.csv", dir = Target, path = Path.Combine(mount, "one.csv") },
            new { name = "all", uri = "configmap://c", dir = Target, path = mount });
        Assert.Equal(ExitCodes.Done, await run.FetchAsync());
        Assert.Equal([single.ToString(), whole.ToString()], TerminationMessage.TryReadFetch(run.Message())!.Datasets.Select(static item => item.Digest));
        Assert.Equal(["one.csv", "two.csv", "x.csv"], Directory.GetFiles(Target).Select(Path.GetFileName).Order());

        using var wrong = Run(null, new { name = "key", uri = "configmap://c/one.csv", digest = whole.ToString(), dir = Target, path = Path.Combine(mount, "one.csv") });
        Assert.Equal(ExitCodes.BadData, await wrong.FetchAsync());
        using var missing = Run(null, new { name = "key", uri = "configmap://c/none", dir = Target, path = Path.Combine(mount, "none") });
        Assert.Equal(ExitCodes.NotFound, await missing.FetchAsync());
    }

    [Theory]
    [InlineData("", "not set")]
    [InlineData("{", "malformed")]
    [InlineData("null", "null")]
    [InlineData("""[{"uri":"http://x","dir":"/d"}]""", "name")]
    [InlineData("""[{"name":"a","uri":"http://x/y","dir":"/d"}]""", "a digest is required")]
    [InlineData("""[{"name":"a","uri":"ftp://x/y","dir":"/d"}]""", "is not modelop://")]
    [InlineData("""[{"name":"a","uri":"http://x","dir":"relative"}]""", "not absolute")]
    [InlineData("""[{"name":"a","uri":"http://x","dir":"/d","fileName":"../x"}]""", "not a plain file name")]
    [InlineData("""[{"name":"a","uri":"modelop://sha256/12","dir":"/d"}]""", "is not modelop://sha256/")]
    [InlineData("""[{"name":"a","uri":"configmap://c/k","dir":"/d"}]""", "where configmap://c/k is mounted")]
    [InlineData("""[{"name":"a","uri":"http://x","dir":"/d","digest":"md5:1"}]""", "is not sha256:")]
    public async Task A_wrong_plan_ends_with_64_and_says_what_is_wrong(string plan, string why)
    {
        using var run = new TransferRun(_folder, "fetch", new() { ["MODELOP_FETCH_PLAN"] = plan });
        Assert.Equal(ExitCodes.Usage, await run.FetchAsync());
        Assert.Equal("InvalidFetchPlan", run.Reason());
        Assert.Contains(why, TerminationMessage.TryReadFailure(run.Message())!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_of_many_datasets_fits_the_termination_message()
    {
        var items = Enumerable.Range(0, 200).Select(static i => new FetchedItem
        {
            Name = $"dataset-{i}",
            Uri = new string('u', 500),
            Digest = Sha256Digest.Of(BitConverter.GetBytes(i)).ToString(),
            SizeBytes = i,
        }).ToList();
        var bytes = TerminationMessage.Fetched(items);
        Assert.True(bytes.Length <= TerminationMessage.MaxBytes);
        var report = TerminationMessage.TryReadFetch(System.Text.Encoding.UTF8.GetString(bytes))!;
        Assert.True(report.Truncated);
        Assert.Equal("dataset-0", report.Datasets[0].Name);
    }

    private TransferRun Run(Uri? store, params object[] items) => Run("60", store, items);

    private TransferRun Run(string retrySeconds, Uri? store, params object[] items) => new(_folder, "fetch", new()
    {
        ["MODELOP_FETCH_PLAN"] = JsonSerializer.Serialize(items),
        ["MODELOP_STORE_URL"] = (store ?? new Uri("http://127.0.0.1:1")).ToString(),
        ["MODELOP_RETRY_SECONDS"] = retrySeconds,
    });

    private object Http(SourceServer source, string path, Sha256Digest digest) =>
        new { name = "train", uri = new Uri(source.Url, path).ToString(), digest = digest.ToString(), dir = Target };
}
