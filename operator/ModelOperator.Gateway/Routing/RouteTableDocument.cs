namespace ModelOperator.Gateway.Routing;

/// <summary>The route table as written by the operator: key <c>routes.json</c> of ConfigMap <c>&lt;canary&gt;-routes</c>.</summary>
public sealed record RouteTableDocument
{
    /// <summary>Version of the format: 1, 2 for a table with an experiment or header routes, 3 for one with an arm that holds requests, so that a gateway that knows none refuses it.</summary>
    public int Schema { get; set; }

    /// <summary>Hash of the content; reported back by /admin/routes, so that the operator knows which table is in force.</summary>
    public string? Revision { get; set; }

    /// <summary>The canary, <c>namespace/name</c>.</summary>
    public string? Canary { get; set; }

    /// <summary>Arms that traffic is split over. The first is the stable one and takes what the others leave of the sticky cohorts.</summary>
    public List<ArmDocument>? Arms { get; set; }

    /// <summary>Where the key of a sticky cohort is read from; null for a plain split.</summary>
    public StickyDocument? Sticky { get; set; }

    /// <summary>Shadow traffic; null for none.</summary>
    public MirrorDocument? Mirror { get; set; }

    /// <summary>A/B test over the arms; null for none.</summary>
    public ExperimentDocument? Experiment { get; set; }
    /// <summary>Header routes, looked at before everything else; the first that fits counts.</summary>
    public List<HeaderRouteDocument>? Headers { get; set; }
}
