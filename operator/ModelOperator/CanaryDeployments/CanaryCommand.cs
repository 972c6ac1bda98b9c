using System.Security.Cryptography;
using System.Text;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>A person's command from the annotation.</summary>
/// <param name="Action">One of <see cref="Actions"/>.</param>
/// <param name="Id">Identifier; the same one is never obeyed twice.</param>
public sealed record CanaryCommand(string Action, string Id)
{
    /// <summary>Goes on to the next step, past a pause, a gate or an inconclusive analysis.</summary>
    public const string Promote = "promote";

    /// <summary>Rolls back.</summary>
    public const string Abort = "abort";

    /// <summary>Tries a rolled-back version again, or starts the analysis of the step again.</summary>
    public const string Retry = "retry";

    /// <summary>Goes straight to the promotion, past all steps.</summary>
    public const string PromoteFull = "promote-full";

    /// <summary>Passes the current wait as promote does, and past a metrics outage too.</summary>
    public const string Skip = "skip";

    /// <summary>Holds the canary under way at its weight.</summary>
    public const string Pause = "pause";

    /// <summary>Ends a pause that was commanded.</summary>
    public const string Resume = "resume";

    /// <summary>All actions; each is a verb.</summary>
    public static IReadOnlyList<string> Actions { get; } = [Promote, PromoteFull, Skip, Pause, Resume, Abort, Retry];

    /// <summary>The command of an object that its status does not acknowledge yet; null when there is none.</summary>
    public static CanaryCommand? Pending(V1CanaryDeployment canary)
    {
        if (canary.Metadata.Annotations?.TryGetValue(ModelOperatorApi.CommandAnnotation, out var text) is not true)
            return null;
        var parts = text.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var id = Bounded(parts.Length == 2 ? parts[1] : text.Trim());
        if (id.Length == 0 || canary.Status?.LastCommand?.Id == id)
            return null;
        return new(parts.Length == 2 ? CanaryText.Cut(parts[0], 64) : "", id);
    }

    /// <summary>An annotation may hold 256 KiB, a status may not: a long identifier is kept by its beginning and its hash.</summary>
    private static string Bounded(string id) => id.Length <= 64
        ? id
        : $"{CanaryText.Cut(id, 40)}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..16]}";
}
