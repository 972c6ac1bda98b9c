namespace ModelOperator.Gateway.Routing;

public sealed partial class RouteTableStore
{
    [LoggerMessage(1, LogLevel.Information, "Route table {Revision} in force: {Arms}")]
    private partial void LogApplied(string revision, string arms);

    [LoggerMessage(2, LogLevel.Warning, "Route table {Revision} rejected: {Problem}; {Current} stays in force")]
    private partial void LogRejected(string revision, string problem, string current);
}
