using ModelOperator.Artifacts;

namespace ModelOperator.Tests.Artifacts.Backing;

public sealed class S3StoreOptionsTests : IDisposable
{
    private const string Own = "MODELOP_STORE_S3_";
    private readonly TempFolder folder = new();

    public S3StoreOptionsTests()
    {
        folder.Write("AWS_ACCESS_KEY_ID", "id"u8.ToArray());
        folder.Write("AWS_SECRET_ACCESS_KEY", "the-secret\n"u8.ToArray());
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_a_bucket_the_volume_keeps_the_blobs() => Assert.Null(ArtifactStoreOptions.FromEnvironment(static _ => null).S3);

    [Fact]
    public void All_settings_are_read_and_the_others_have_defaults()
    {
        var least = Read(("BUCKET", "artifacts"));
        Assert.Equal((null, "us-east-1", "", null, null), (least.Endpoint, least.Region, least.Prefix, least.PathStyle, least.AuthorityFile));
        Assert.Equal((30, 15, 16 << 20), (least.Timeout.TotalSeconds, least.RetryWindow.TotalSeconds, least.PartBytes));
        var all = Read(
            ("BUCKET", "artifacts.example"), ("ENDPOINT", "https://minio:9000/base"), ("REGION", "eu-central-1"), ("PREFIX", "team/store"), ("PATH_STYLE", "false"),
            ("CA_FILE", "/ca.crt"), ("TIMEOUT_SECONDS", "5"), ("RETRY_SECONDS", "0"), ("PART_BYTES", "5242880"));
        Assert.Equal((new Uri("https://minio:9000/base"), "eu-central-1", "team/store/", false, "/ca.crt"), (all.Endpoint, all.Region, all.Prefix, all.PathStyle, all.AuthorityFile));
        Assert.Equal((5, 0, 5L << 20), (all.Timeout.TotalSeconds, all.RetryWindow.TotalSeconds, all.PartBytes));
        Assert.Equal("the-secret", all.At().Credentials!.SecretAccessKey);
        Assert.DoesNotContain("the-secret", all.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BUCKET", "Upper")]
    [InlineData("BUCKET", "a")]
    [InlineData("BUCKET", "a/b")]
    [InlineData("ENDPOINT", "minio:9000")]
    [InlineData("ENDPOINT", "ftp://minio")]
    [InlineData("ENDPOINT", "https://minio?x=y")]
    [InlineData("REGION", "eu central")]
    [InlineData("PREFIX", "/absolute")]
    [InlineData("PREFIX", "a//b")]
    [InlineData("PREFIX", "a/../b")]
    [InlineData("PREFIX", "ä")]
    [InlineData("PATH_STYLE", "yes")]
    [InlineData("TIMEOUT_SECONDS", "0")]
    [InlineData("RETRY_SECONDS", "-1")]
    [InlineData("PART_BYTES", "5242879")]
    [InlineData("CREDENTIALS", "/nowhere")]
    public void A_wrong_setting_is_refused_by_name_value_and_what_is_allowed(string name, string value)
    {
        var message = Assert.Throws<FormatException>(() => Read(("BUCKET", "artifacts"), (name, value))).Message;
        Assert.StartsWith($"{Own}{name} must be ", message, StringComparison.Ordinal);
        Assert.EndsWith($"it is '{value}'", message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_the_address_is_refused_and_not_repeated()
    {
        var message = Assert.Throws<FormatException>(() => Read(("BUCKET", "artifacts"), ("ENDPOINT", "https://user:p@ssword@minio"))).Message;
        Assert.EndsWith("it is '***@minio'", message, StringComparison.Ordinal);
        Assert.Contains("without a user", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_without_a_bucket_is_refused_and_so_is_a_Secret_without_a_key()
    {
        Assert.Contains($"{Own}BUCKET", Assert.Throws<FormatException>(() => Read(("REGION", "eu-central-1"))).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(folder.Path, "AWS_SECRET_ACCESS_KEY"));
        Assert.Contains("AWS_SECRET_ACCESS_KEY", Assert.Throws<FormatException>(() => Read(("BUCKET", "artifacts"))).Message, StringComparison.Ordinal);
    }

    private S3StoreOptions Read(params (string Name, string Value)[] settings)
    {
        var all = settings.Reverse().DistinctBy(static one => one.Name).ToDictionary(static one => Own + one.Name, static one => one.Value, StringComparer.Ordinal);
        all.TryAdd(Own + "CREDENTIALS", folder.Path);
        if (settings is [{ Name: "REGION" }])
            all.Remove(Own + "CREDENTIALS");
        return ArtifactStoreOptions.FromEnvironment(all.GetValueOrDefault).S3!;
    }
}
