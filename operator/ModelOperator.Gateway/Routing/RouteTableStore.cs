using ModelOperator.Gateway.Metrics;

namespace ModelOperator.Gateway.Routing;

/// <summary>
/// Holds the table in force. A swap is one reference write: requests that were routed by the old table finish on its arms. A table that cannot be taken
/// changes nothing and is remembered as rejected until a good one comes.
/// </summary>
public sealed partial class RouteTableStore(GatewayMetrics metrics, TimeProvider clock, ILogger<RouteTableStore> logger)
{
    private readonly Lock _writing = new();
    private volatile AppliedTable? _applied;
    private volatile RejectedTable? _rejected;
    private string? _text;

    /// <summary>The table in force; null until the first good one.</summary>
    public RouteTable? Current => _applied?.Table;

    /// <summary>The table in force and since when.</summary>
    public AppliedTable? Applied => _applied;

    /// <summary>The latest text that was not taken; null when the table in force is the latest.</summary>
    public RejectedTable? Rejected => _rejected;

    /// <summary>Takes a new text of the table. Returns whether it is in force now.</summary>
    public bool Apply(string json)
    {
        lock (_writing)
        {
            if (json == _text)
            {
                metrics.RouteUpdate(_rejected is null ? RouteUpdateResult.Unchanged : RouteUpdateResult.Rejected);
                return _rejected is null;
            }

            _text = json;
            var (document, problem) = RouteTableParser.Read(json);
            if (problem is not null)
            {
                RejectCore(document?.Revision, problem);
                return false;
            }

            var table = RouteTableParser.Build(document!, metrics, _applied?.Table);
            _applied = new(table, clock.GetUtcNow());
            _rejected = null;
            metrics.InForce(table);
            metrics.RouteUpdate(RouteUpdateResult.Applied);
            LogApplied(table.Revision, string.Join(", ", table.Arms.Select(arm => $"{arm.Name}={arm.Version}:{arm.Weight}")));
            return true;
        }
    }

    /// <summary>Notes that there is no text to take (deleted, key missing); the table in force stays.</summary>
    public void Reject(string problem)
    {
        lock (_writing)
        {
            _text = null;
            RejectCore(null, problem);
        }
    }

    private void RejectCore(string? revision, string problem)
    {
        _rejected = new(revision, problem, clock.GetUtcNow());
        metrics.RouteUpdate(RouteUpdateResult.Rejected);
        LogRejected(revision ?? "?", problem, _applied?.Table.Revision ?? "none");
    }
}
