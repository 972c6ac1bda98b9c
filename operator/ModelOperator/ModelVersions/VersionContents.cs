namespace ModelOperator.ModelVersions;

/// <summary>
/// Which bytes each number of a model means. A Model remembers them beyond the ModelVersion, which somebody may delete and make again by hand: the same bytes are the version put back,
/// others are not the version that was judged, deployed and recorded under that name. Pure.
/// </summary>
public static class VersionContents
{
    /// <summary>Most numbers that a Model remembers, the highest ones: about 20 KiB.</summary>
    public const int Most = 200;

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
            if (version.Status?.VerifiedDigest is { } digest && ModelVersionName.NumberOf(version) is { } number)
                contents.TryAdd(number, new() { Number = number, Digest = digest });
        }

        return contents.Count == 0 ? null : [.. contents.Values.OrderByDescending(static content => content.Number).Take(Most).OrderBy(static content => content.Number)];
    }

    /// <summary>What to say of a version that names other bytes than its number means; null when it does not, or nothing is remembered.</summary>
    /// <param name="version">The version.</param>
    /// <param name="model">Its Model; null when there is none.</param>
    public static string? Problem(V1ModelVersion version, V1Model? model)
    {
        var number = ModelVersionName.NumberOf(version);
        var known = model?.Status?.Contents?.FirstOrDefault(content => content.Number == number)?.Digest;
        return known is null || known == version.Spec.Artifact.Digest
            ? null
            : $"spec.artifact.digest: ModelVersion {version.Metadata.Name} was {known} before it was deleted, and is {version.Spec.Artifact.Digest} now; a number means the same bytes for good. "
                + $"To put the version back, make it with {known}; register other bytes under a number of their own.";
    }
}
