using System.Diagnostics.CodeAnalysis;

namespace ModelOperator.Artifacts;

/// <summary>
/// What a token allows: <c>write:&lt;namespace&gt;/&lt;runUid&gt;</c>, <c>read:&lt;hex&gt;</c>, <c>admin</c>, or, for the receiver of predictions and not
/// for the store, <c>log:&lt;namespace&gt;/&lt;canary&gt;/&lt;model&gt;/&lt;version&gt;</c>.
/// </summary>
public sealed record ArtifactScope
{
    private const string WritePrefix = "write:";
    private const string ReadPrefix = "read:";
    private const string LogPrefix = "log:";
    private const string AdminText = "admin";

    private ArtifactScope(string text, ArtifactScopeKind kind, Sha256Digest digest)
    {
        Text = text;
        Kind = kind;
        Digest = digest;
    }

    /// <summary>All of the store: the operator itself.</summary>
    public static ArtifactScope Admin { get; } = new(AdminText, ArtifactScopeKind.Admin, default);

    /// <summary>The scope as it stands in the token.</summary>
    public string Text { get; }

    /// <summary>Which of them it is.</summary>
    public ArtifactScopeKind Kind { get; }

    /// <summary>The digest of a read scope.</summary>
    public Sha256Digest Digest { get; }

    /// <summary>Namespace of the run of a write scope; null for the others.</summary>
    public string? Namespace => Kind == ArtifactScopeKind.Write ? Text[WritePrefix.Length..Text.IndexOf('/', StringComparison.Ordinal)] : null;

    /// <summary>Upload blobs, and ask whether a blob is there, on behalf of one run.</summary>
    public static ArtifactScope Write(string namespaceName, string runUid)
    {
        var text = $"{WritePrefix}{namespaceName}/{runUid}";
        return TryParse(text, out var scope) ? scope : throw new ArgumentException($"'{text}' is no write scope", nameof(runUid));
    }

    /// <summary>Read one blob or, when it is a manifest, the files that it lists.</summary>
    public static ArtifactScope Read(Sha256Digest digest) => new(ReadPrefix + digest.Hex, ArtifactScopeKind.Read, digest);

    /// <summary>What a log scope is about; null for the others.</summary>
    public ServedVersion? Served => Kind == ArtifactScopeKind.Log && Text[LogPrefix.Length..].Split('/') is [var space, var canary, var model, var version] ? new(space, canary, model, version) : null;

    /// <summary>Hand over predictions of a version that a CanaryDeployment serves.</summary>
    /// <exception cref="ArgumentException">A name is no DNS label.</exception>
    public static ArtifactScope Log(ServedVersion served)
    {
        var text = $"{LogPrefix}{served.Namespace}/{served.Canary}/{served.Model}/{served.Version}";
        return TryParse(text, out var scope) ? scope : throw new ArgumentException($"'{text}' is no log scope", nameof(served));
    }

    /// <summary>Reads a scope; only the four forms exist.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ArtifactScope? scope)
    {
        scope = null;
        if (text == AdminText)
            scope = Admin;
        else if (text.StartsWith(ReadPrefix, StringComparison.Ordinal) && Sha256Digest.TryParseHex(text[ReadPrefix.Length..], out var digest))
            scope = Read(digest);
        else if (text.StartsWith(WritePrefix, StringComparison.Ordinal) && AreNames(text[WritePrefix.Length..], 2))
            scope = new ArtifactScope(text, ArtifactScopeKind.Write, default);
        else if (text.StartsWith(LogPrefix, StringComparison.Ordinal) && AreNames(text[LogPrefix.Length..], 4))
            scope = new ArtifactScope(text, ArtifactScopeKind.Log, default);
        return scope is not null;
    }

    private static bool AreNames(string text, int count)
    {
        var parts = text.Split('/');
        return parts.Length == count && parts.All(static part => part.Length is > 0 and <= 253 && part.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'));
    }
}
