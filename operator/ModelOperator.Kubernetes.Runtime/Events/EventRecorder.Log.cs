using Microsoft.Extensions.Logging;

namespace ModelOperator.Kubernetes.Runtime.Events;

/// <content>Log messages; event ids 1300 to 1349.</content>
public sealed partial class EventRecorder
{
    [LoggerMessage(1300, LogLevel.Warning, "Event {Reason} of {Kind} {Name} could not be written")]
    private partial void LogDropped(Exception failure, string reason, string? kind, string? name);
}
