using System.Security.Cryptography;
using System.Text;
using ModelOperator.Artifacts;

namespace ModelOperator.TrainingRuns;

/// <summary>Makes and checks the credentials of runs; each is a pure function of the installation's key and the run.</summary>
/// <param name="tokens">Store tokens.</param>
/// <param name="authority">Certificates that the status endpoint's own is signed by; null where it has none of ours.</param>
public sealed class TrainingRunCredentials(ArtifactTokens tokens, Func<string?>? authority = null)
{
    /// <summary>All credentials of a run.</summary>
    /// <param name="run">The run; it has a namespace and a UID.</param>
    /// <param name="withStatus">Whether the status endpoint is on.</param>
    public TrainingRunTokens For(V1TrainingRun run, bool withStatus) => new(
        tokens.Issue(Scope(run)),
        (run.Spec.Datasets ?? [])
            .Where(d => Sha256Digest.TryParse(d.Uri, out _))
            .GroupBy(d => d.Name, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => ReadToken(g.First().Uri), StringComparer.Ordinal),
        withStatus ? StatusToken(run) : null,
        withStatus ? authority?.Invoke() : null);

    /// <summary>True for the status token of this very run; compared in constant time.</summary>
    public bool IsStatusTokenOf(V1TrainingRun run, string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(StatusToken(run)), Encoding.UTF8.GetBytes(token));

    private string ReadToken(string uri) => Sha256Digest.TryParse(uri, out var digest) ? tokens.Issue(ArtifactScope.Read(digest)) : "";

    // Derived from the store token, which the trainer never sees, so that a trainer can report but not write to the store.
    private string StatusToken(V1TrainingRun run) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"status\n{tokens.Issue(Scope(run))}")));

    private static ArtifactScope Scope(V1TrainingRun run) =>
        ArtifactScope.Write(run.Metadata.NamespaceProperty ?? "", run.Metadata.Uid ?? "");
}
