using System.Net;
using ModelOperator.Artifacts;
using ModelOperator.Tests.Artifacts.Collection;
using ModelOperator.Tests.Artifacts.Uploads;
using ModelOperator.Tests.Datasets;

namespace ModelOperator.Tests.Artifacts.Quotas;

public sealed class NamespaceQuotaTests(S3Server server) : IClassFixture<S3Server>
{
    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task A_namespace_uses_what_it_uploaded_first_up_to_its_limit_and_deleting_gives_it_back(string backing)
    {
        await using var store = await StoreFixture.StartAsync(Limited, s3: server.On(backing));
        var other = store.Tokens.Issue(ArtifactScope.Write("other", "uid"));
        var (six, four, five) = (StoreFixture.Bytes(1, 600), StoreFixture.Bytes(2, 400), StoreFixture.Bytes(3, 500));
        Assert.Equal(HttpStatusCode.Created, (await store.PutAsync(Sha256Digest.Of(six), six)).StatusCode);
        var refused = await store.PutAsync(Sha256Digest.Of(five), five);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var why = await refused.Content.ReadAsStringAsync();
        foreach (var part in new[] { "QuotaExceeded", "namespace team uses 600 of 1000 bytes", "500 more do not fit" })
            Assert.Contains(part, why, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await store.PutAsync(Sha256Digest.Of(four), four)).StatusCode);
        // What is there counts for nobody else; another namespace has a limit of its own, and the installation has none.
        Assert.Equal(HttpStatusCode.OK, (await store.PutAsync(Sha256Digest.Of(six), six, other)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await store.PutAsync(Sha256Digest.Of(five), five, other)).StatusCode);
        var large = StoreFixture.Bytes(4, 5000);
        Assert.Equal(HttpStatusCode.Created, (await store.PutAsync(Sha256Digest.Of(large), large, store.Tokens.Issue(ArtifactScope.Admin))).StatusCode);
        await AssertUsageAsync(store, ("team", 1000, 1000), ("other", 500, 2000));
        await store.AgeAsync(Sha256Digest.Of(six));
        await CollectionEndpointTests.CollectAsync(store, [Sha256Digest.Of(four)]);
        await AssertUsageAsync(store, ("team", 400, 1000), ("other", 500, 2000));
        await store.StopAsync();

        // A crash before a blob was visible left its entry.
        var never = Sha256Digest.Of("never came"u8);
        if (backing == "volume")
            await File.WriteAllBytesAsync(Path.Combine(store.Root, "owners", "team", never.Hex), []);
        else
            await store.OverwriteAsync($"owners/{never.Hex}/team", []);
        await using var second = await StoreFixture.StartAsync(Limited, folder: store.Folder, s3: server.On(backing));
        await AssertUsageAsync(second, ("team", 400, 1000), ("other", 500, 2000));
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task Uploads_at_once_never_use_more_than_the_limit_and_one_that_is_under_way_has_its_room(string backing)
    {
        await using var store = await StoreFixture.StartAsync(Limited, s3: server.On(backing));
        var bodies = Enumerable.Range(0, 8).Select(static i => StoreFixture.Bytes(100 + i, 300)).ToArray();
        var answers = await Task.WhenAll(bodies.Select(body => store.PutAsync(Sha256Digest.Of(body), body)));
        Assert.Equal(3, answers.Count(static answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(5, answers.Count(static answer => answer.StatusCode == HttpStatusCode.Forbidden));

        var rest = StoreFixture.Bytes(5, 100);
        var token = store.WriteToken;
        Assert.Equal(HttpStatusCode.Created, (await store.BeginAsync(Sha256Digest.Of(rest), rest.Length, token)).StatusCode);
        var one = "x"u8.ToArray();
        Assert.Equal(HttpStatusCode.Forbidden, (await store.PutAsync(Sha256Digest.Of(one), one)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await store.BeginAsync(Sha256Digest.Of(one), 1, token)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await store.AppendAsync(Sha256Digest.Of(rest), 0, rest, token)).StatusCode);
        await AssertUsageAsync(store, ("team", 1000, 1000));
    }

    [Fact]
    public async Task What_an_upload_needs_is_set_aside_at_once_whoever_comes_between()
    {
        using var folder = new TempFolder();
        var options = new ArtifactStoreOptions(folder.Path, "", "") { Quotas = NamespaceQuotas.Parse("team=1000") };
        using var blobs = await BlobStore.OpenAsync(folder.Path, 0, new StoreCounters(), TimeProvider.System, options.Quotas);
        using var uploads = new ResumableUploads(blobs, options, TimeProvider.System);
        var begin = Task.Run(() => uploads.Begin(new AdmittedRequest(Sha256Digest.Of("x"u8), "a", "team"), 900));
        // Its files are made between the question whether there is room and the answer.
        SpinWait.SpinUntil(() => begin.IsCompleted || Directory.EnumerateFiles(Path.Combine(folder.Path, "uploads")).Any());
        Assert.NotNull(blobs.Usage.TryReserve("team", 200));
        Assert.Equal(UploadOutcome.Open, (await begin).Outcome);
    }

    [Fact]
    public async Task Uploads_that_expired_keep_nobody_from_the_room_they_had()
    {
        await using var store = await StoreFixture.StartAsync(static options => Limited(options) with { UploadExpiry = TimeSpan.Zero });
        var body = StoreFixture.Bytes(6, 500);
        Assert.Equal(HttpStatusCode.Created, (await store.BeginAsync(Sha256Digest.Of("x"u8), 900, store.WriteToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await store.PutAsync(Sha256Digest.Of(body), body)).StatusCode);
    }

    [Theory]
    [InlineData("team-a")]
    [InlineData("team-a=")]
    [InlineData("team-a=much")]
    [InlineData("team-a=-1")]
    [InlineData("=1Gi")]
    [InlineData("a=1,a=2")]
    public void A_wrong_quota_is_refused(string text) => Assert.Throws<FormatException>(() => NamespaceQuotas.Parse(text));

    [Fact]
    public void The_star_is_for_who_is_not_named()
    {
        var quotas = NamespaceQuotas.Parse(" *=1Ki , team-a=2M,none=0");
        Assert.Equal([1024, 2_000_000, 0], new[] { "any", "team-a", "none" }.Select(quotas.Of));
        Assert.Null(NamespaceQuotas.Parse("team-a=1").Of("any"));
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("Team")]
    public async Task A_namespace_that_is_none_is_refused(string name)
    {
        await using var store = await StoreFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/blobs/sha256/{Sha256Digest.Of("x"u8).Hex}?namespace={Uri.EscapeDataString(name)}") { Content = new ByteArrayContent("x"u8.ToArray()) };
        request.Headers.Authorization = new("Bearer", store.WriteToken);
        Assert.Equal(HttpStatusCode.BadRequest, (await store.Http.SendAsync(request)).StatusCode);
    }

    private static ArtifactStoreOptions Limited(ArtifactStoreOptions options) =>
        options with { Quotas = NamespaceQuotas.Parse("team=1000,*=2000"), Collection = CollectionMode.Delete };

    private static async Task AssertUsageAsync(StoreFixture store, params (string Namespace, long Used, long Limit)[] expected)
    {
        var metrics = await store.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        foreach (var (name, used, limit) in expected)
        {
            Assert.Contains($"modelop_store_namespace_bytes{{namespace=\"{name}\"}} {used}\n", metrics, StringComparison.Ordinal);
            Assert.Contains($"modelop_store_namespace_limit_bytes{{namespace=\"{name}\"}} {limit}\n", metrics, StringComparison.Ordinal);
        }
    }
}
