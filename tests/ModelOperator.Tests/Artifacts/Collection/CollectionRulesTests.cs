using System.Text;
using System.Text.Json;
using ModelOperator.Artifacts;

namespace ModelOperator.Tests.Artifacts.Collection;

public sealed class CollectionRulesTests
{
    private static readonly DateTimeOffset Begun = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Sha256Digest Manifest = Digest("manifest");
    private static readonly Sha256Digest File = Digest("file");
    private static readonly Sha256Digest Else = Digest("else");

    public static TheoryData<string, int, int, string, CollectionVerdict, CollectionVerdict> Table => new()
    {
        // what is named, days since the manifest and the file were used -> of the manifest, of its file
        { "manifest", 900, 900, "an artifact that is named keeps its files", CollectionVerdict.Named, CollectionVerdict.Named },
        { "file", 900, 900, "a file that is named alone keeps no artifact", CollectionVerdict.Garbage, CollectionVerdict.Named },
        { "else", 10, 10, "within the grace both stay", CollectionVerdict.Used, CollectionVerdict.Used },
        { "else", 10, 900, "an artifact within the grace keeps its files", CollectionVerdict.Used, CollectionVerdict.OfUsed },
        { "else", 900, 10, "a file within the grace keeps no artifact", CollectionVerdict.Garbage, CollectionVerdict.Used },
        { "else", 900, 900, "what nothing names goes", CollectionVerdict.Garbage, CollectionVerdict.Garbage },
        { "else", 30, 30, "the grace is over when all of it has passed", CollectionVerdict.Garbage, CollectionVerdict.Garbage },
        { "else", -5, -5, "a clock that went back keeps", CollectionVerdict.Used, CollectionVerdict.Used },
        { "", 900, 900, "no names at all is no list", CollectionVerdict.Used, CollectionVerdict.Used },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_blob_is_kept_by_who_names_it_who_used_it_and_what_it_belongs_to(
        string named, int manifestAge, int fileAge, string why, CollectionVerdict ofManifest, CollectionVerdict ofFile)
    {
        BlobFact[] blobs = [new(File, 1, Begun.AddDays(-fileAge)), new(Manifest, 2, Begun.AddDays(-manifestAge))];
        HashSet<Sha256Digest> names = named.Length == 0 ? [] : [Digest(named)];
        var verdicts = CollectionRules.Decide(blobs, names, static blob => blob.Digest == Manifest ? [File] : [], Begun, TimeSpan.FromDays(30));
        Assert.Equal([ofFile, ofManifest], verdicts.Select(static one => one.Verdict));
        Assert.NotEmpty(why);
    }

    [Fact]
    public async Task A_list_of_names_that_was_cut_off_anywhere_or_goes_on_is_refused()
    {
        using var text = new StringWriter();
        NamedDigests.Write([Manifest, File, Else], text);
        var whole = text.ToString();
        Assert.Equal([Manifest, File, Else], (await NamedDigests.ReadAsync(new StringReader(whole), CancellationToken.None)).Digests!);
        // Only the last line feed may be missing.
        for (var length = 0; length < whole.Length - 1; length++)
            Assert.Null((await NamedDigests.ReadAsync(new StringReader(whole[..length]), CancellationToken.None)).Digests);
        foreach (var wrong in new[] { whole + whole, whole + "\n", whole.Replace("end 3", "end 4", StringComparison.Ordinal), whole.ToUpperInvariant(), whole.Replace(File.Hex + "\n", "", StringComparison.Ordinal) })
            Assert.NotNull((await NamedDigests.ReadAsync(new StringReader(wrong), CancellationToken.None)).Error);
    }

    [Fact]
    public void Digests_are_found_however_they_are_spelled_and_longer_numbers_are_none()
    {
        string hex = File.Hex, other = Else.Hex;
        using var json = JsonDocument.Parse($$"""
            {"a":["modelop://sha256/{{hex}}"], "{{other}}": {"x":1}, "b":"f{{Manifest.Hex}}", "c":"{{Manifest.Hex.ToUpperInvariant()}}", "d":"text sha256:{{hex}}, then {{Digest("third").Hex}}."}
            """);
        HashSet<Sha256Digest> found = [];
        DigestScan.AddFrom(json.RootElement, found);
        Assert.Equal(new[] { File, Else, Digest("third") }.OrderBy(static d => d.Hex), found.OrderBy(static d => d.Hex));
    }

    [Theory]
    [InlineData("MODELOP_STORE_GRACE_HOURS", "23")]
    [InlineData("MODELOP_STORE_GRACE_HOURS", "-1")]
    [InlineData("MODELOP_STORE_COLLECTION", "delete")]
    public void A_wrong_setting_is_refused_by_name(string name, string value) =>
        Assert.Contains(name, Assert.Throws<FormatException>(() => ArtifactStoreOptions.FromEnvironment(asked => asked == name ? value : null)).Message, StringComparison.Ordinal);

    private static Sha256Digest Digest(string text) => Sha256Digest.Of(Encoding.UTF8.GetBytes(text));
}
