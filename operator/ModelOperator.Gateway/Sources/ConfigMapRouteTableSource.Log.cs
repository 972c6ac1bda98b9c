namespace ModelOperator.Gateway.Sources;

public sealed partial class ConfigMapRouteTableSource
{
    [LoggerMessage(10, LogLevel.Warning, "Cannot read ConfigMap {Namespace}/{Name}, the table in force stays: {Problem}")]
    private partial void LogUnreachable(string @namespace, string name, string problem);

    [LoggerMessage(11, LogLevel.Information, "Watch of ConfigMap {Namespace}/{Name} ended, reading it again: {Problem}")]
    private partial void LogWatchEnded(string @namespace, string name, string problem);
}
