using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.Kubernetes.Runtime.Events;

/// <summary>Events as they are written; pure.</summary>
internal static class EventBodies
{
    private const int MostNoteBytes = 1024;
    private const int MostReason = 128;
    private const int MostNamePart = 200;

    // Of events about objects without a namespace: Kubernetes 1.20 takes them in this one alone, later ones here and in default.
    private const string ClusterNamespace = "kube-system";

    /// <summary>The first of a series. Its name follows from what it says, so that equal events meet.</summary>
    public static EventsV1Event First(V1ObjectReference regarding, EventNote note, string controller, string instance, DateTimeOffset at) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = Name(regarding, note, controller),
            NamespaceProperty = regarding.NamespaceProperty ?? ClusterNamespace,
        },
        EventTime = at,
        Type = note.Type,
        Reason = Cut(note.Reason, MostReason),
        Action = Cut(note.Reason, MostReason),
        Note = Cut(note.Message, MostNoteBytes),
        Regarding = regarding,
        ReportingController = controller,
        ReportingInstance = Cut(instance, MostReason),
    };

    /// <summary>A merge patch that sets the count of a series.</summary>
    public static byte[] SeriesPatch(int count, DateTimeOffset at) => PlanJson.Bytes(new JsonObject
    {
        ["series"] = new JsonObject
        {
            ["count"] = count,
            ["lastObservedTime"] = at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        },
    });

    /// <summary>Cut to so many bytes of UTF-8, never within a character.</summary>
    public static string Cut(string text, int mostBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= mostBytes)
            return text;
        var cut = new StringBuilder();
        var left = mostBytes - Encoding.UTF8.GetByteCount("…");
        foreach (var rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
                break;
            cut.Append(rune);
        }

        return cut.Append('…').ToString();
    }

    private static string Name(V1ObjectReference regarding, EventNote note, string controller)
    {
        var identity = string.Join('\n', regarding.Kind, regarding.Uid, regarding.Name, regarding.FieldPath, note.Type, note.Reason, note.Message, controller);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 8));
        var name = regarding.Name ?? "unknown";
        return $"{(name.Length > MostNamePart ? name[..MostNamePart].TrimEnd('.', '-') : name)}.{hash}";
    }
}
