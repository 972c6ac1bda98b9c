namespace ModelOperator.Server.Models;

/// <summary>A version that cannot be served.</summary>
/// <param name="Folder">Where the link led; null when it led nowhere.</param>
/// <param name="Reason">For people.</param>
/// <param name="At">When, as a timestamp of the clock.</param>
internal sealed record VersionRefusal(string? Folder, string Reason, long At);
