namespace ModelOperator.Gateway.Sources;

/// <summary>Where route tables come from.</summary>
public interface IRouteTableSource
{
    /// <summary>
    /// Yields the text now and after every change, until cancelled. Never throws for a source that cannot be reached: it waits, tries again, and
    /// meanwhile the last good table stays in force.
    /// </summary>
    IAsyncEnumerable<RouteTableText> ReadAsync(CancellationToken cancellationToken);
}
