using System.Globalization;
using System.Text.RegularExpressions;
using ModelOperator.Datasets;

namespace ModelOperator.Artifacts;

/// <summary>Where the store keeps its blobs in a service that speaks S3, each setting from one environment variable.</summary>
/// <param name="Endpoint">Address of the service (MODELOP_STORE_S3_ENDPOINT); AWS's own of the region when null.</param>
/// <param name="Bucket">Bucket, which exists (MODELOP_STORE_S3_BUCKET).</param>
/// <param name="Credentials">Folder of the mounted Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, read anew for every request (MODELOP_STORE_S3_CREDENTIALS).</param>
public sealed partial record S3StoreOptions(Uri? Endpoint, string Bucket, string Credentials)
{
    /// <summary>Parts that one upload has at most; other services allow 10,000, OpenStack Swift 1,000.</summary>
    public const int MostParts = 1000;

    /// <summary>Smallest part but the last that S3 takes.</summary>
    public const long LeastPartBytes = 5 << 20;

    private const string Own = "MODELOP_STORE_S3_";

    private static readonly string[] Others = ["ENDPOINT", "REGION", "PREFIX", "CREDENTIALS", "PATH_STYLE", "CA_FILE", "TIMEOUT_SECONDS", "RETRY_SECONDS", "PART_BYTES"];

    /// <summary>Region that requests are signed for (MODELOP_STORE_S3_REGION).</summary>
    public string Region { get; init; } = S3Endpoint.DefaultRegion;

    /// <summary>What every key begins with: empty, or names that each end with '/' (MODELOP_STORE_S3_PREFIX).</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Whether the bucket is in the path (MODELOP_STORE_S3_PATH_STYLE); null: it is, at an address of one's own.</summary>
    public bool? PathStyle { get; init; }

    /// <summary>PEM certificates that alone are trusted (MODELOP_STORE_S3_CA_FILE); null for those of the system.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Longest silence of the service (MODELOP_STORE_S3_TIMEOUT_SECONDS).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long failures are tried again before a request is answered 503 (MODELOP_STORE_S3_RETRY_SECONDS).</summary>
    public TimeSpan RetryWindow { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Blobs above this are uploaded in parts of at least this size (MODELOP_STORE_S3_PART_BYTES).</summary>
    public long PartBytes { get; init; } = 16 << 20;

    /// <summary>An upload in parts that was begun so long ago, and is not this process's own, is given up: longer than any upload and its completion take.</summary>
    public TimeSpan OrphanAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Reads the settings; null when no bucket is named and nothing else of it either.</summary>
    /// <exception cref="FormatException">A setting is wrong; the message names it, its value and what is allowed.</exception>
    public static S3StoreOptions? FromEnvironment(Func<string, string?> variable)
    {
        if (Text(variable, "BUCKET") is not { } bucket)
        {
            var given = Others.FirstOrDefault(name => Text(variable, name) is not null);
            return given is null ? null : throw Wrong("BUCKET", "", $"the name of a bucket, since {Own}{given} is set");
        }

        if (!BucketName().IsMatch(bucket))
            throw Wrong("BUCKET", bucket, "the name of a bucket: 3 to 63 of a-z, 0-9, '.' and '-'");
        var options = new S3StoreOptions(EndpointOf(Text(variable, "ENDPOINT")), bucket, Text(variable, "CREDENTIALS") ?? "/etc/model-operator/s3")
        {
            Region = RegionOf(Text(variable, "REGION")),
            Prefix = PrefixOf(Text(variable, "PREFIX")),
            PathStyle = Text(variable, "PATH_STYLE") switch
            {
                null => null,
                "true" => true,
                "false" => false,
                var other => throw Wrong("PATH_STYLE", other, "true or false"),
            },
            AuthorityFile = Text(variable, "CA_FILE"),
            Timeout = TimeSpan.FromSeconds(Number(variable, "TIMEOUT_SECONDS", 30, 1, 600)),
            RetryWindow = TimeSpan.FromSeconds(Number(variable, "RETRY_SECONDS", 15, 0, 600)),
            PartBytes = Number(variable, "PART_BYTES", 16 << 20, LeastPartBytes, 5L << 30),
        };
        options.ReadCredentials();
        return options;
    }

    /// <summary>The service with the key as it is now.</summary>
    /// <exception cref="FormatException">The Secret has no key.</exception>
    public S3Endpoint At() => new(Endpoint, Region, ReadCredentials(), PathStyle);

    private S3Credentials ReadCredentials()
    {
        try
        {
            return SourceCredentials.S3(SourceCredentials.Mounted(Credentials))
                ?? throw Wrong("CREDENTIALS", Credentials, $"a folder with the files {SourceCredentials.AccessKeyId} and {SourceCredentials.SecretAccessKey}, a Secret that is mounted there");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Wrong("CREDENTIALS", Credentials, $"a folder that can be read: {failure.Message}");
        }
    }

    private static Uri? EndpointOf(string? text)
    {
        if (text is null)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { Query.Length: 0, Fragment.Length: 0, UserInfo.Length: 0, Host.Length: > 0 }
            ? url
            // A user may be there with a password, which is for nobody's log.
            : throw Wrong("ENDPOINT", text.LastIndexOf('@') is var at and > 0 ? $"***{text[at..]}" : text, "https://host[:port][/path] or http://, without a user, query or fragment");
    }

    private static string RegionOf(string? text) =>
        text is null ? S3Endpoint.DefaultRegion : RegionName().IsMatch(text) ? text : throw Wrong("REGION", text, "the name of a region, for example eu-central-1");

    private static string PrefixOf(string? text)
    {
        var prefix = (text ?? "").TrimEnd('/');
        if (prefix.Length == 0 && text is null or "/")
            return "";
        return prefix.Length <= 256 && PrefixName().IsMatch(prefix) && !prefix.Split('/').Any(static name => name is "." or "..")
            ? prefix + "/"
            : throw Wrong("PREFIX", text!, "names of A-Z, a-z, 0-9, '.', '_' and '-' with '/' between them, none of them . or .., at most 256 in all");
    }

    private static long Number(Func<string, string?> variable, string name, long fallback, long least, long most) => Text(variable, name) is not { } text
        ? fallback
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Wrong(name, text, $"a whole number from {least} to {most}");

    private static string? Text(Func<string, string?> variable, string name) => variable(Own + name) is { Length: > 0 } value ? value : null;

    private static FormatException Wrong(string name, string value, string allowed) => new($"{Own}{name} must be {allowed}; it is '{value}'");

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex BucketName();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegionName();

    [GeneratedRegex(@"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PrefixName();
}
