using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Artifacts;

namespace ModelOperator.Tests.Artifacts;

public sealed class ManifestTests
{
    private static readonly Sha256Digest A = Sha256Digest.Of("a"u8);

    [Fact]
    public void A_manifest_has_the_bytes_and_digest_that_shell_tools_compute()
    {
        // printf 'hello\n' | sha256sum; printf '{}' | sha256sum; then sha256sum of the two sorted lines.
        var manifest = ArtifactManifest.Create(
        [
            new ManifestEntry(Sha256Digest.Of("{}"u8), 2, "model.json"),
            new ManifestEntry(Sha256Digest.Of("hello\n"u8), 6, "a/hello.txt"),
        ]);
        Assert.Equal(
            "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03  6  a/hello.txt\n"
            + "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a  2  model.json\n",
            Encoding.UTF8.GetString(manifest.Bytes.Span));
        Assert.Equal("sha256:4aab61a8fdb3065b756512e234dfc8bba7b8228fb1aedc382f421c1eaf23b004", manifest.Digest.ToString());
        Assert.Equal(8, manifest.TotalSize);
    }

    [Theory]
    [InlineData("/etc/passwd", "absolute")]
    [InlineData("../up", "'..'")]
    [InlineData("a/../b", "'..'")]
    [InlineData("./a", "'.'")]
    [InlineData("a//b", "empty segment")]
    [InlineData("a/", "empty segment")]
    [InlineData("", "empty")]
    [InlineData("a\\b", "backslash")]
    [InlineData("a\nb", "control character")]
    [InlineData("a\0b", "control character")]
    [InlineData("a\uFFFDb", "UTF-8")]
    public void A_path_that_could_leave_the_folder_or_break_a_line_is_refused(string path, string why)
    {
        Assert.Contains(why, Assert.Throws<ArtifactFormatException>(() => ArtifactManifest.Create([new ManifestEntry(A, 1, path)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_with_half_a_character_is_refused() =>
        Assert.Contains("not valid Unicode", ManifestPath.Refusal("a\uD800b"), StringComparison.Ordinal);

    [Fact]
    public void Duplicates_and_files_that_are_folders_are_refused()
    {
        Assert.Contains("twice", Refused(new(A, 1, "x"), new(A, 1, "x")), StringComparison.Ordinal);
        Assert.Contains("both a file and the folder", Refused(new(A, 1, "x"), new(A, 1, "x.y"), new(A, 1, "x/y")), StringComparison.Ordinal);
        Assert.Contains("at least one file", Refused(), StringComparison.Ordinal);
        Assert.Contains("out of range", Refused(new(A, long.MaxValue, "x"), new(A, 1, "y")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("{H}  1  a")]
    [InlineData("{H}  1  b\n{H}  1  a\n")]
    [InlineData("{H}  1  a\n{H}  1  a\n")]
    [InlineData("{H}  01  a\n")]
    [InlineData("{H}  +1  a\n")]
    [InlineData("{H}  -1  a\n")]
    [InlineData("{H} 1 a\n")]
    [InlineData("{H}  1  \n")]
    [InlineData("{H}  1  ../a\n")]
    [InlineData("{H}  99999999999999999999  a\n")]
    [InlineData("XYZ  1  a\n")]
    public void Bytes_that_the_builder_would_not_write_are_no_manifest(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.Replace("{H}", A.Hex, StringComparison.Ordinal));
        Assert.False(ArtifactManifest.TryParse(bytes, out _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Upper_case_digests_and_invalid_utf8_are_no_manifest()
    {
        Assert.False(ArtifactManifest.TryParse(Encoding.ASCII.GetBytes(A.Hex.ToUpperInvariant() + "  1  a\n"), out _, out _));
        Assert.False(ArtifactManifest.TryParse(new byte[] { 0xFF, 0xFE, 0x0A }, out _, out _));
    }

    [Fact]
    public void Any_set_of_files_survives_the_round_trip_in_any_order()
    {
        var files = Gen.Elements("a", "b", "z", "Z", "0", "ä", "\U0001F600", "\uFF5E", "model.json", "d/e", "d/f", "d.e")
            .Zip(Gen.Choose(0, 1000)).ListOf().Where(static list => list.Count > 0);
        Prop.ForAll(files.ToArbitrary(), list =>
        {
            var distinct = list.DistinctBy(static file => file.Item1).Select(static file =>
                new ManifestEntry(Sha256Digest.Of(BitConverter.GetBytes(file.Item2)), file.Item2, file.Item1)).ToList();
            var manifest = ArtifactManifest.Create(distinct);
            var other = ArtifactManifest.Create(distinct.AsEnumerable().Reverse());
            return manifest.Digest == other.Digest
                && ArtifactManifest.TryParse(manifest.Bytes, out var parsed, out _)
                && parsed.Digest == manifest.Digest
                && parsed.Entries.SequenceEqual(manifest.Entries);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_changed_byte_gives_another_digest_or_no_manifest()
    {
        var manifest = ArtifactManifest.Create([new ManifestEntry(A, 1, "a"), new ManifestEntry(A, 20, "b/c")]);
        for (var i = 0; i < manifest.Bytes.Length; i++)
        {
            var bytes = manifest.Bytes.ToArray();
            bytes[i] ^= 1;
            Assert.True(!ArtifactManifest.TryParse(bytes, out var parsed, out _) || parsed.Digest != manifest.Digest);
        }
    }

    [Fact]
    public async Task A_folder_is_read_in_byte_order_and_links_and_pipes_are_refused()
    {
        using var folder = new TempFolder();
        folder.Write("m/b.bin", [1]);
        folder.Write("m/a/x", [2, 3]);
        var root = Path.Combine(folder.Path, "m");
        var manifest = await FolderManifest.ReadAsync(root, CancellationToken.None);
        Assert.Equal(["a/x", "b.bin"], manifest.Entries.Select(static entry => entry.Path));

        File.CreateSymbolicLink(Path.Combine(root, "link"), "/etc/hostname");
        var refused = await Assert.ThrowsAsync<ArtifactFormatException>(() => FolderManifest.ReadAsync(root, CancellationToken.None));
        Assert.Contains("'link' is a symbolic link", refused.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(root, "link"));

        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(root, "pipe")]);
        await mkfifo.WaitForExitAsync();
        refused = await Assert.ThrowsAsync<ArtifactFormatException>(() => FolderManifest.ReadAsync(root, CancellationToken.None));
        Assert.Contains("'pipe' is a pipe", refused.Message, StringComparison.Ordinal);
    }

    private static string Refused(params ManifestEntry[] entries) => Assert.Throws<ArtifactFormatException>(() => ArtifactManifest.Create(entries)).Message;
}
