using ModelOperator.Gateway.Metrics;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Hosting;

/// <summary>Answer of <c>GET /admin/routes</c>: what is in force, for the operator to read back.</summary>
public sealed record RoutesReport
{
    /// <summary>Revision in force; null until the first table.</summary>
    public string? Revision { get; set; }

    /// <summary>Since when it is in force.</summary>
    public DateTimeOffset? AppliedAt { get; set; }

    /// <summary>The latest table when it was not taken; null when the one in force is the latest.</summary>
    public RejectedTable? Rejected { get; set; }

    /// <summary>Arms in force.</summary>
    public IReadOnlyList<ArmReport> Arms { get; set; } = [];

    /// <summary>Shadow traffic in force; null for none.</summary>
    public MirrorReport? Mirror { get; set; }

    /// <summary>Header routes in force.</summary>
    public IReadOnlyList<HeaderRouteReport> Headers { get; set; } = [];

    /// <summary>What there is to do.</summary>
    public LoadReport? Load { get; set; }

    internal static RoutesReport Of(RouteTableStore store, GatewayMetrics metrics)
    {
        var applied = store.Applied;
        return new()
        {
            Revision = applied?.Table.Revision,
            AppliedAt = applied?.At,
            Rejected = store.Rejected,
            Load = LoadReport.Of(metrics),
            Arms = [.. (applied?.Table.Arms ?? []).Select(arm => new ArmReport(arm.Name, arm.Version, arm.Weight, arm.Series.Requests))],
            Mirror = applied?.Table.Mirror is { } mirror ? new(mirror.Arm.Name, mirror.Split.Weights[0]) : null,
            Headers = [.. (applied?.Table.Headers ?? []).Select(route => new HeaderRouteReport(route.Arm.Name, route.Header, route.Exact, route.Prefix))],
        };
    }
}
