using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace ModelOperator.Datasets;

/// <summary>An s3:// dataset: one object, or with a trailing slash all objects below a prefix.</summary>
/// <param name="Bucket">Bucket.</param>
/// <param name="Key">Key, or prefix (empty for the whole bucket).</param>
public sealed partial record S3Location(string Bucket, string Key)
{
    /// <summary>What is allowed, for people.</summary>
    public const string Allowed = "s3://<bucket>/<key> for one object or s3://<bucket>/<prefix>/ for all below it, without . or .. as a name";

    private const string Scheme = "s3://";

    /// <summary>Whether it stands for all objects below a prefix.</summary>
    public bool IsPrefix => Key.Length == 0 || Key.EndsWith('/');

    /// <summary>Reads s3://bucket/key; false for any other URI.</summary>
    public static bool TryParse(string uri, [NotNullWhen(true)] out S3Location? location)
    {
        location = null;
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
            return false;
        var parts = uri[Scheme.Length..].Split('/', 2);
        if (parts.Length < 2 || !BucketName().IsMatch(parts[0]))
            return false;
        var names = parts[1].TrimEnd('/').Split('/');
        // Such names would be folded by every URL parser on the way.
        if (names.Any(static name => name is "." or "..") || parts[1].Any(char.IsControl) || parts[1].Contains("//", StringComparison.Ordinal))
            return false;
        location = new(parts[0], parts[1]);
        return true;
    }

    [GeneratedRegex(@"^[a-zA-Z0-9][-._a-zA-Z0-9]{1,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex BucketName();
}
