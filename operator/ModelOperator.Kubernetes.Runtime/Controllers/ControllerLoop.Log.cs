using Microsoft.Extensions.Logging;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <content>Log messages; event ids 1000 to 1049.</content>
internal sealed partial class ControllerLoop
{
    [LoggerMessage(1000, LogLevel.Error, "{Controller}: {Key} failed ({Failures} in a row); next try in {Seconds} s")]
    private partial void LogFailed(Exception failure, string controller, NamespacedName key, int failures, double seconds);

    [LoggerMessage(1001, LogLevel.Warning, "{Controller}: {Key} overran its limit of {Limit} s; next try in {Seconds} s")]
    private partial void LogTimedOut(string controller, NamespacedName key, double limit, double seconds);

    [LoggerMessage(1002, LogLevel.Debug, "{Controller}: {Key} met a newer state; next try in {Seconds} s")]
    private partial void LogConflict(string controller, NamespacedName key, double seconds);

    [LoggerMessage(1003, LogLevel.Information, "{Controller}: {Key} was cut off; the next leader picks it up")]
    private partial void LogAborted(string controller, NamespacedName key);

    [LoggerMessage(1004, LogLevel.Information, "{Controller}: {Key} rests until it changes: {Reason}")]
    private partial void LogTerminal(string controller, NamespacedName key, string reason);
}
