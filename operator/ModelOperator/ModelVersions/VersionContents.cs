using System.Security.Cryptography;
using ModelOperator.Artifacts;

namespace ModelOperator.ModelVersions;

/// <summary>
/// Which bytes each number of a model means. A Model remembers them beyond the ModelVersion, which somebody may delete and make again by hand: the same bytes are the version put back,
/// others are not the version that was judged, deployed and recorded under that name. Pure.
/// </summary>
public static class VersionContents
{
    /// <summary>Most numbers that a Model remembers, the highest ones: about 15 KiB.</summary>
    public const int Most = 200;

    private const string Prefix = "sha256-";

    /// <summary>What is remembered next: what was, and what was verified since. What a number means never changes.</summary>
    /// <param name="status">What was remembered so far.</param>
    /// <param name="versions">The model's versions, those being deleted included.</param>
    /// <returns>By number; null for nothing.</returns>
    public static IReadOnlyList<VersionContent>? Of(ModelStatus? status, IEnumerable<V1ModelVersion> versions)
    {
        var contents = (status?.Contents ?? []).ToDictionary(static content => content.Number);
        foreach (var version in versions)
        {
            // What was not read may be a slip of the pen: it may be deleted and written again.
            if (Sha256Digest.TryParse(version.Status?.VerifiedDigest, out var digest) && ModelVersionName.NumberOf(version) is { } number)
                contents.TryAdd(number, new() { Number = number, Integrity = Integrity(digest) });
        }

        return contents.Count == 0 ? null : [.. contents.Values.OrderByDescending(static content => content.Number).Take(Most).OrderBy(static content => content.Number)];
    }

    /// <summary>What to say of a version that names other bytes than its number means; null when it does not, or nothing is remembered.</summary>
    /// <param name="version">The version.</param>
    /// <param name="model">Its Model; null when there is none.</param>
    public static string? Problem(V1ModelVersion version, V1Model? model)
    {
        var number = ModelVersionName.NumberOf(version);
        if (model?.Status?.Contents?.FirstOrDefault(content => content.Number == number)?.Integrity is not { } known)
            return null;
        var now = version.Spec.Artifact.Digest;
        // A digest that is none is refused for that.
        if (!Sha256Digest.TryParse(now, out var digest) || Integrity(digest) == known || DigestOf(known) is not { } before)
            return null;
        return $"spec.artifact.digest: ModelVersion {version.Metadata.Name} was {before} before it was deleted, and is {now} now; a number means the same bytes for good. "
            + $"To put the version back, make it with {before}; register other bytes under a number of their own.";
    }

    private static string Integrity(Sha256Digest digest) => Prefix + Convert.ToBase64String(Convert.FromHexString(digest.Hex));

    private static Sha256Digest? DigestOf(string integrity)
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        return integrity.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(integrity[Prefix.Length..], hash, out var length) && length == hash.Length
            ? Sha256Digest.FromHash(hash)
            : null;
    }
}
