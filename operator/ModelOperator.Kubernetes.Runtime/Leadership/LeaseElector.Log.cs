using Microsoft.Extensions.Logging;

namespace ModelOperator.Kubernetes.Runtime.Leadership;

/// <content>Log messages; event ids 1200 to 1249.</content>
public sealed partial class LeaseElector
{
    [LoggerMessage(1200, LogLevel.Information, "Lease {Lease} acquired by {Identity}")]
    private partial void LogAcquired(string lease, string identity);

    [LoggerMessage(1201, LogLevel.Error, "Lease {Lease} lost: {Why}")]
    private partial void LogLost(string lease, string why);

    [LoggerMessage(1202, LogLevel.Warning, "A try at lease {Lease} failed")]
    private partial void LogTryFailed(Exception failure, string lease);

    [LoggerMessage(1203, LogLevel.Information, "Lease {Lease} released")]
    private partial void LogReleased(string lease);

    [LoggerMessage(1204, LogLevel.Warning, "Lease {Lease} could not be released; others wait {Seconds} s")]
    private partial void LogReleaseFailed(Exception failure, string lease, double seconds);

    [LoggerMessage(1205, LogLevel.Error, "The work under lease {Lease} failed while it was cancelled")]
    private partial void LogWorkFailed(Exception failure, string lease);
}
