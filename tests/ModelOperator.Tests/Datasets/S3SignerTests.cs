using ModelOperator.Datasets;

namespace ModelOperator.Tests.Datasets;

/// <summary>The signatures that AWS publishes: the examples of "Authenticating Requests (AWS Signature Version 4)" and of its SigV4 test suite.</summary>
public sealed class S3SignerTests
{
    private const string UnsignedBody = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    private static readonly S3Credentials Guide = new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    private static readonly S3Credentials Suite = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    private static readonly DateTimeOffset GuideTime = new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset SuiteTime = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    [Fact]
    public void GET_object_with_a_range() => Assert.EndsWith(
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        Sign("GET", "/test.txt", [], new() { ["range"] = "bytes=0-9" }, S3Signer.EmptyPayload), StringComparison.Ordinal);

    [Fact]
    public void PUT_object_with_a_dollar_in_its_name() => Assert.EndsWith(
        "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        Sign("PUT", "/" + S3Signer.Encode("test$file.text", keepSlashes: true), [],
            new() { ["date"] = "Fri, 24 May 2013 00:00:00 GMT", ["x-amz-storage-class"] = "REDUCED_REDUNDANCY" }, UnsignedBody), StringComparison.Ordinal);

    [Fact]
    public void GET_bucket_lifecycle() => Assert.EndsWith(
        "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        Sign("GET", "/", [new("lifecycle", "")], [], S3Signer.EmptyPayload), StringComparison.Ordinal);

    [Fact]
    public void List_of_objects() => Assert.EndsWith(
        "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        Sign("GET", "/", [new("prefix", "J"), new("max-keys", "2")], [], S3Signer.EmptyPayload), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197")]
    public void The_test_suites_GET(string query, string signature)
    {
        var pairs = query.Length == 0 ? [] : query.Split('&').Select(p => p.Split('=')).Select(p => new KeyValuePair<string, string>(p[0], p[1])).ToArray();
        var headers = new Dictionary<string, string> { ["host"] = "example.amazonaws.com", ["x-amz-date"] = S3Signer.Stamp(SuiteTime) };
        Assert.Equal(
            $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,SignedHeaders=host;x-amz-date,Signature={signature}",
            S3Signer.Authorization("GET", "/", pairs, headers, S3Signer.EmptyPayload, "us-east-1", "service", Suite, SuiteTime));
    }

    [Theory]
    [InlineData("a b/ü+~", true, "a%20b/%C3%BC%2B~")]
    [InlineData("a/b=c&d", false, "a%2Fb%3Dc%26d")]
    public void Text_is_encoded_byte_by_byte(string text, bool slashes, string expected) => Assert.Equal(expected, S3Signer.Encode(text, slashes));

    [Theory]
    [InlineData("s3://bucket/a/b.csv", "bucket", "a/b.csv", false)]
    [InlineData("s3://bucket/a/", "bucket", "a/", true)]
    [InlineData("s3://bucket/", "bucket", "", true)]
    public void Locations_are_read(string uri, string bucket, string key, bool prefix)
    {
        Assert.True(S3Location.TryParse(uri, out var location));
        Assert.Equal((bucket, key, prefix), (location.Bucket, location.Key, location.IsPrefix));
    }

    [Theory]
    [InlineData("s3://bucket")]
    [InlineData("s3:///a")]
    [InlineData("s3://bucket/../a")]
    [InlineData("s3://bucket/a/./b")]
    [InlineData("s3://bucket/a//b")]
    [InlineData("s3://buc ket/a")]
    [InlineData("s3://bucket\n/a")]
    [InlineData("https://bucket/a")]
    public void Other_locations_are_refused(string uri) => Assert.False(S3Location.TryParse(uri, out _));

    [Theory]
    [InlineData("https://store:9000/base", "bucket", "https://store:9000/base", "/base/bucket/k%20e")]
    [InlineData(null, "bucket", "https://bucket.s3.eu-central-1.amazonaws.com/", "/k%20e")]
    [InlineData(null, "dotted.bucket", "https://s3.eu-central-1.amazonaws.com/", "/dotted.bucket/k%20e")]
    public void Buckets_are_in_the_path_of_an_own_service_and_in_the_host_of_AWS(string? url, string bucket, string host, string path)
    {
        var address = new S3Endpoint(url is null ? null : new Uri(url), "eu-central-1", null).Address(bucket, "k e");
        Assert.Equal((new Uri(host), path), address);
    }

    [Theory]
    [InlineData("https://store:9000/base", false, "https://bucket.store:9000/", "/base/k%20e")]
    [InlineData("https://store:9000/base", true, "https://store:9000/base", "/base/bucket/k%20e")]
    [InlineData(null, true, "https://s3.eu-central-1.amazonaws.com/", "/bucket/k%20e")]
    public void Where_the_bucket_is_can_be_said(string? url, bool pathStyle, string host, string path)
    {
        var address = new S3Endpoint(url is null ? null : new Uri(url), "eu-central-1", null, pathStyle).Address("bucket", "k e");
        Assert.Equal((new Uri(host), path), address);
    }

    [Theory]
    [InlineData("http://[::1]:9000", "[::1]:9000")]
    [InlineData("https://[fd00::5]", "[fd00::5]")]
    [InlineData("https://store:9000/base", "store:9000")]
    [InlineData("https://store:443", "store")]
    public void The_host_is_signed_as_it_is_sent(string url, string host)
    {
        using var request = S3Requests.Create(new S3Endpoint(new Uri(url), "us-east-1", Suite), SuiteTime, HttpMethod.Get, "bucket", "k", []);
        var headers = new Dictionary<string, string> { ["host"] = host, ["x-amz-content-sha256"] = S3Signer.EmptyPayload, ["x-amz-date"] = S3Signer.Stamp(SuiteTime) };
        Assert.Equal(
            S3Signer.Authorization("GET", request.RequestUri!.AbsolutePath, [], headers, S3Signer.EmptyPayload, "us-east-1", "s3", Suite, SuiteTime), request.Headers.GetValues("Authorization").Single());
    }

    [Fact]
    public void Credentials_are_never_printed() => Assert.DoesNotContain("KEY", new S3Credentials("KEY", "KEY", "KEY").ToString(), StringComparison.Ordinal);

    private static string Sign(string method, string path, List<KeyValuePair<string, string>> query, Dictionary<string, string> more, string payload)
    {
        more["host"] = "examplebucket.s3.amazonaws.com";
        more["x-amz-content-sha256"] = payload;
        more["x-amz-date"] = S3Signer.Stamp(GuideTime);
        return S3Signer.Authorization(method, path, query, more, payload, "us-east-1", "s3", Guide, GuideTime);
    }
}
