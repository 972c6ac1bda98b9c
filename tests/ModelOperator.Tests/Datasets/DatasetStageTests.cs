using System.Text;
using System.Text.Json;
using ModelOperator.Artifacts;
using ModelOperator.Datasets;
using ModelOperator.Fakes;
using ModelOperator.Tests.Artifacts;

namespace ModelOperator.Tests.Datasets;

/// <summary>The whole fetch command: claims, rules, profiles in a real store, and messages.</summary>
public sealed class DatasetStageTests : IDisposable
{
    private const string Table = "carat,price\n0.2,100\n0.4,oops\n0.6,300\n";
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_broken_rule_ends_with_65_and_names_dataset_column_row_and_rule()
    {
        folder.Write("claim/data/t.csv", Encoding.UTF8.GetBytes(Table));
        using var run = Run(new Uri("http://127.0.0.1:1"), Claim("pvc://shared/data/t.csv", new { validation = Price }));
        Assert.Equal(ExitCodes.BadData, await run.FetchAsync());
        var failure = TerminationMessage.TryReadFailure(run.Message())!;
        Assert.Equal("DatasetInvalid", failure.Reason);
        Assert.Equal("dataset 'train': column 'price', row 2 (t.csv line 3): 'oops' is no Number [Type]", failure.Message);
    }

    [Fact]
    public async Task Under_Report_the_run_goes_on_and_the_number_is_recorded_with_the_profile()
    {
        await using var store = await StoreFixture.StartAsync();
        folder.Write("claim/data/t.csv", Encoding.UTF8.GetBytes(Table));
        using var run = Run(store.Url, Claim("pvc://shared/data/t.csv", new
        {
            validation = new { onViolation = "Report", columns = new[] { new { name = "price", type = "Number" } } },
            profile = true,
            profileToken = store.WriteToken,
        }));
        Assert.Equal(ExitCodes.Done, await run.FetchAsync());
        var fetched = Assert.Single(TerminationMessage.TryReadFetch(run.Message())!.Datasets);
        Assert.Equal((3, 2, 1), (fetched.Rows, fetched.Columns, fetched.Violations));
        Assert.Equal(Sha256Digest.Of(Encoding.UTF8.GetBytes(Table)).ToString(), fetched.Digest);
        Assert.True(Sha256Digest.TryParse(fetched.Profile, out var digest));
        var bytes = await File.ReadAllBytesAsync(Path.Combine(store.Root, "blobs", "sha256", digest.Hex[..2], digest.Hex));
        var profile = DatasetProfiles.TryRead(bytes)!;
        Assert.Equal((3, 1, fetched.Digest), (profile.Rows, profile.Violations, profile.Digest));
        Assert.Equal(200, profile.Columns[1].Numeric!.Mean);
        Assert.Contains("'oops' is no Number", run.Output, StringComparison.Ordinal);

        // Again: the same profile, and it is there already.
        using var again = Run(store.Url, Claim("pvc://shared/data/t.csv", new { validation = new { onViolation = "Report", columns = new[] { new { name = "price", type = "Number" } } }, profile = true, profileToken = store.WriteToken }));
        Assert.Equal(ExitCodes.Done, await again.FetchAsync());
        Assert.Contains("already there", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_that_the_store_refuses_ends_with_77_and_an_absent_store_with_69()
    {
        await using var store = await StoreFixture.StartAsync();
        folder.Write("claim/data/t.csv", "v\n1\n"u8.ToArray());
        using var refused = Run(store.Url, Claim("pvc://shared/data/t.csv", new { profile = true, profileToken = store.Tokens.Issue(ArtifactScope.Read(Sha256Digest.Of("x"u8))) }));
        Assert.Equal(ExitCodes.NoPermission, await refused.FetchAsync());
        using var away = Run(new Uri($"http://127.0.0.1:{FreePort.Next()}"), Claim("pvc://shared/data/t.csv", new { profile = true, profileToken = store.WriteToken }));
        Assert.Equal(ExitCodes.Unavailable, await away.FetchAsync());
    }

    [Fact]
    public async Task A_folder_of_a_claim_is_copied_with_its_manifests_digest()
    {
        folder.Write("claim/data/a.csv", "v\n1\n"u8.ToArray());
        folder.Write("claim/data/sub/b.csv", "v\n2\n"u8.ToArray());
        var digest = (await FolderManifest.ReadAsync(Path.Combine(folder.Path, "claim", "data"), CancellationToken.None)).Digest;
        using var run = Run(new Uri("http://127.0.0.1:1"), Claim("pvc://shared/data/", new { digest = digest.ToString() }));
        Assert.Equal(ExitCodes.Done, await run.FetchAsync());
        Assert.Equal(digest, (await FolderManifest.ReadAsync(Target, CancellationToken.None)).Digest);
        using var wrong = Run(new Uri("http://127.0.0.1:1"), Claim("pvc://shared/data", new { digest = Sha256Digest.Of("x"u8).ToString() }));
        Assert.Equal(ExitCodes.BadData, await wrong.FetchAsync());
    }

    [Fact]
    public async Task Links_on_a_claim_are_refused_wherever_they_are()
    {
        folder.Write("secret", "secret"u8.ToArray());
        folder.Write("claim/data/a.csv", "v\n1\n"u8.ToArray());
        File.CreateSymbolicLink(Path.Combine(folder.Path, "claim", "data", "link"), Path.Combine(folder.Path, "secret"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "claim", "dir"), Path.Combine(folder.Path, "claim", "data"));
        foreach (var (uri, code) in new[] { ("pvc://shared/data/link", ExitCodes.BadData), ("pvc://shared/data", ExitCodes.BadData), ("pvc://shared/dir/a.csv", ExitCodes.NotFound), ("pvc://shared/none", ExitCodes.NotFound) })
        {
            using var run = Run(new Uri("http://127.0.0.1:1"), Claim(uri, new { }));
            Assert.Equal(code, await run.FetchAsync());
            Assert.False(Directory.Exists(Target) && Directory.EnumerateFiles(Target).Any(), uri);
        }
    }

    [Fact]
    public async Task A_web_source_gets_the_credentials_of_its_Secret()
    {
        await using var source = await SourceServer.StartAsync("v\n1\n"u8.ToArray());
        folder.Write("credentials/token", "bearer-value\n"u8.ToArray());
        using var run = Run(new Uri("http://127.0.0.1:1"), new
        {
            name = "train",
            dir = Target,
            uri = new Uri(source.Url, "/guarded").ToString(),
            digest = Sha256Digest.Of("v\n1\n"u8).ToString(),
            credentialsPath = Path.Combine(folder.Path, "credentials"),
        });
        Assert.Equal(ExitCodes.Done, await run.FetchAsync());
        Assert.Equal("Bearer bearer-value", source.Authorization);
        Assert.DoesNotContain("bearer-value", run.Output + run.Message(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sixteen_datasets_with_the_longest_names_and_profiles_fit_the_termination_message_whole()
    {
        var items = Enumerable.Range(0, 16).Select(static i => new FetchedItem
        {
            Name = $"{i:00}-{new string('n', 60)}",
            Uri = new string('u', 2048),
            Digest = Sha256Digest.Of(BitConverter.GetBytes(i)).ToString(),
            SizeBytes = long.MaxValue,
            Rows = 1_000_000_000_000,
            Columns = 20_000,
            Violations = 1000,
            Profile = Sha256Digest.Of(BitConverter.GetBytes(i + 100)).ToString(),
        }).ToList();
        var bytes = TerminationMessage.Fetched(items);
        Assert.InRange(bytes.Length, 1, TerminationMessage.MaxBytes);
        var report = TerminationMessage.TryReadFetch(Encoding.UTF8.GetString(bytes))!;
        Assert.Null(report.Truncated);
        Assert.Equal(items.Select(i => i with { Uri = null }), report.Datasets);
    }

    private static object Price => new { columns = new[] { new { name = "price", type = "Number" } } };

    private string Target => Path.Combine(folder.Path, "dataset", "train");

    private System.Text.Json.Nodes.JsonObject Claim(string uri, object more)
    {
        var json = JsonSerializer.SerializeToNode(more)!.AsObject();
        json["name"] = "train";
        json["uri"] = uri;
        json["dir"] = Target;
        json["path"] = Path.Combine(folder.Path, "claim");
        return json;
    }

    private TransferRun Run(Uri store, object item) => new(folder, "fetch", new()
    {
        ["MODELOP_FETCH_PLAN"] = JsonSerializer.Serialize(new[] { item }),
        ["MODELOP_STORE_URL"] = store.ToString(),
        ["MODELOP_RETRY_SECONDS"] = "1",
    });
}
