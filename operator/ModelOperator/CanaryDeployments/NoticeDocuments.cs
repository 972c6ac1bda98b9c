using System.Globalization;
using System.Text.Json;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.CanaryDeployments;

/// <summary>What a transition says to those who want to know. Pure.</summary>
public static class NoticeDocuments
{
    /// <summary>What kind of news an event is.</summary>
    public static CanaryNoticeEvent EventOf(EventNote note) => note.Reason switch
    {
        CanaryReasons.Deployed => CanaryNoticeEvent.Deployed,
        CanaryReasons.CanaryStarted => CanaryNoticeEvent.Started,
        CanaryReasons.StepCompleted => CanaryNoticeEvent.StepCompleted,
        CanaryReasons.AllStepsCompleted or CanaryReasons.PromotedInFull or CanaryReasons.FastRollback or CanaryReasons.Baking => CanaryNoticeEvent.Promoting,
        // With a warning it waits for somebody.
        CanaryReasons.WinnerFound when note.Type != EventNote.WarningType => CanaryNoticeEvent.Promoting,
        CanaryReasons.NoWinner or CanaryReasons.ControlWon => CanaryNoticeEvent.Concluded,
        CanaryReasons.Promoted => CanaryNoticeEvent.Promoted,
        CanaryReasons.RolledBack => CanaryNoticeEvent.RolledBack,
        CanaryReasons.Superseded => CanaryNoticeEvent.Superseded,
        CanaryReasons.CommandAccepted or CanaryReasons.CommandRejected => CanaryNoticeEvent.Command,
        _ => note.Type == EventNote.WarningType ? CanaryNoticeEvent.Paused : CanaryNoticeEvent.Progress,
    };

    /// <summary>The document of one event of a move.</summary>
    public static NoticeDocument Of(V1CanaryDeployment canary, CanaryDeploymentStatus status, EventNote note, DateTimeOffset now)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{canary.Metadata.Uid}/{note.Reason}/{note.Message}/{now:O}");
        return new()
        {
            Id = CanaryHooks.Hash(text),
            Event = EventOf(note),
            Reason = note.Reason,
            Severity = note.Type,
            Message = CanaryText.Cut(note.Message, CanaryText.Message),
            Canary = canary.Metadata.Name!,
            Namespace = canary.Metadata.NamespaceProperty ?? "",
            Version = status.CanaryVersion ?? status.RejectedVersion,
            StableVersion = status.StableVersion,
            Phase = status.Phase,
            Step = status.Step,
            Weight = status.Weights?.Canary ?? 0,
            Time = now,
        };
    }

    /// <summary>The bytes that are posted.</summary>
    public static byte[] Body(CanaryNoticeType type, NoticeDocument document) => type == CanaryNoticeType.Slack
        ? JsonSerializer.SerializeToUtf8Bytes(new SlackDocument(Text(document)), WebhookJson.Default.SlackDocument)
        : JsonSerializer.SerializeToUtf8Bytes(document, WebhookJson.Default.NoticeDocument);

    // Slack reads &, < and > as its own: https://api.slack.com/reference/surfaces/formatting
    private static string Text(NoticeDocument d) => $"{(d.Severity == EventNote.WarningType ? ":warning: " : "")}*{d.Namespace}/{d.Canary}* {d.Event}: {d.Message}"
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
