using Microsoft.Extensions.Logging;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <content>Log messages; event ids 1100 to 1149.</content>
public sealed partial class Informer<T>
{
    [LoggerMessage(1100, LogLevel.Debug, "Listed {Informer}: {Count} objects at version {Version}")]
    private partial void LogListed(string informer, int count, string version);

    [LoggerMessage(1101, LogLevel.Debug, "Watch of {Informer} ended ({Cause}); next try in {Seconds} s")]
    private partial void LogPause(string informer, string cause, double seconds);

    [LoggerMessage(1102, LogLevel.Warning, "Watch of {Informer} carried a line that is no event")]
    private partial void LogGarbage(Exception failure, string informer);

    [LoggerMessage(1103, LogLevel.Warning, "List or watch of {Informer} failed; it is tried again")]
    private partial void LogFailure(Exception failure, string informer);

    [LoggerMessage(1104, LogLevel.Error, "Mapping a change of {Key} in {Informer} to keys failed")]
    private partial void LogSubscriber(Exception failure, string informer, NamespacedName key);
}
