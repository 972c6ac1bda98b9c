using System.Diagnostics.CodeAnalysis;

namespace ModelOperator.Artifacts;

/// <summary>What a store token allows: <c>write:&lt;namespace&gt;/&lt;runUid&gt;</c>, <c>read:&lt;hex&gt;</c> or <c>admin</c>.</summary>
public sealed record ArtifactScope
{
    private const string WritePrefix = "write:";
    private const string ReadPrefix = "read:";
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

    /// <summary>Which of the three it is.</summary>
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

    /// <summary>Reads a scope; only the three forms exist.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ArtifactScope? scope)
    {
        scope = null;
        if (text == AdminText)
            scope = Admin;
        else if (text.StartsWith(ReadPrefix, StringComparison.Ordinal) && Sha256Digest.TryParseHex(text[ReadPrefix.Length..], out var digest))
            scope = Read(digest);
        else if (text.StartsWith(WritePrefix, StringComparison.Ordinal) && IsOwner(text[WritePrefix.Length..]))
            scope = new ArtifactScope(text, ArtifactScopeKind.Write, default);
        return scope is not null;
    }

    private static bool IsOwner(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 2 && parts.All(static part => part.Length is > 0 and <= 253 && part.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'));
    }
}
