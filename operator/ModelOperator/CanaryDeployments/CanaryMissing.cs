using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// The condition VersionMissing: a ModelVersion that serves is gone, which the webhook refuses while it is asked. Its Pods serve on; who could make new ones of it has to be told.
/// It moves no traffic and ends by itself.
/// </summary>
public static class CanaryMissing
{
    /// <summary>The condition, there only while it is true, and its event.</summary>
    public const string VersionMissing = nameof(VersionMissing);

    /// <summary>Adds the condition to a move, and an event when the stable version is newly gone; of versions under test <see cref="CanaryReasons.VersionDeleted"/> tells.</summary>
    internal static CanaryMove Settle(CanaryContext c, CanaryMove move)
    {
        var stable = move.Status.StableVersion;
        string[] gone = [.. CanaryArms.Versions(move.Status).Prepend(stable).OfType<string>().Distinct(StringComparer.Ordinal).Where(version => !c.Seen.Versions.ContainsKey(version))];
        if (gone.Length == 0)
            return move;
        var message = CanaryText.Cut(
            $"{string.Join(" ", gone.Select(version => Sentence(c, move.Status, version)))} Until then its Pods follow spec.server in their number alone. "
            + "Where to have the manifest from: docs/model-registry.md, A version that was deleted. Or name another version in spec.versionRef.",
            CanaryText.Message);
        var told = Conditions.Find(c.Status.Conditions, VersionMissing)?.Message?.Contains(Subject(gone[0]), StringComparison.Ordinal) == true;
        return move with
        {
            Missing = new() { Type = VersionMissing, Reason = CanaryReasons.VersionDeleted, Message = message },
            Notes = gone[0] == stable && !told ? move.Notes.Add(new(true, VersionMissing, message)) : move.Notes,
        };
    }

    private static string Subject(string version) => $"ModelVersion {version} is gone";

    private static string Sentence(CanaryContext c, CanaryDeploymentStatus status, string version)
    {
        var digest = status.Digests?.FirstOrDefault(d => d.Version == version)?.Digest ?? CanaryDigests.Of(c, version);
        var pods = c.Seen.Deployments.ContainsKey(version) ? "its Pods serve on, and come back where they are lost" : "no Pod can be made of it";
        return $"{Subject(version)}: {pods}. Make it again under this name{(digest is null ? "" : $" with spec.artifact.digest {digest}")}.";
    }
}
