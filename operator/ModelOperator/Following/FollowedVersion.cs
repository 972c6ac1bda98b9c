using System.Text.Json.Nodes;
using ModelOperator.Artifacts;

namespace ModelOperator.Following;

/// <summary>The version that an alias names.</summary>
/// <param name="Name">Name of the ModelVersion.</param>
/// <param name="Digest">Digest of its bytes.</param>
/// <param name="Signature">JSON of its signature; null for none.</param>
public sealed record FollowedVersion(string Name, Sha256Digest Digest, string? Signature)
{
    private const int DigestLetters = 12;

    /// <summary>Name of its folder: what stands in a folder never changes, so bytes are part of the name.</summary>
    public string Folder => $"{Name}.{Digest.Hex[..DigestLetters]}";

    /// <summary>What the model server reads beside the files: it holds the digest and the signature against them.</summary>
    public string Document()
    {
        var document = new JsonObject { ["version"] = Name, ["digest"] = Digest.ToString() };
        if (Signature is not null)
            document["signature"] = JsonNode.Parse(Signature);
        return document.ToJsonString();
    }
}
