using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.CanaryDeployments;

public sealed partial class CanaryNotices
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Canary {Canary}: notice {Notice} of {Event} could not be delivered: {Problem}")]
    private partial void LogGivenUp(NamespacedName canary, string notice, CanaryNoticeEvent @event, string problem);
}
