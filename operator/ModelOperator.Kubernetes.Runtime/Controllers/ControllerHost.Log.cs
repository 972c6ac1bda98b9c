using Microsoft.Extensions.Logging;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <content>Log messages; event ids 1050 to 1099.</content>
public sealed partial class ControllerHost
{
    [LoggerMessage(1050, LogLevel.Information, "Caches are in step; {Controllers} controllers start")]
    private partial void LogLeading(int controllers);

    [LoggerMessage(1051, LogLevel.Critical, "Leadership lost (workers stopped: {Stopped}); the process ends with code 1")]
    private partial void LogLeadershipLost(Exception failure, bool stopped);
}
