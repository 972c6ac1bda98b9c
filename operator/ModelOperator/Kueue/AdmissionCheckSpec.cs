namespace ModelOperator.Kueue;

/// <summary>Who answers for the check, and with what settings.</summary>
public sealed record AdmissionCheckSpec
{
    /// <summary>Name of the controller.</summary>
    public string? ControllerName { get; init; }

    /// <summary>A CarbonBudget by name, in the namespace of each Workload; null for all that cover its run.</summary>
    public AdmissionCheckParameters? Parameters { get; init; }
}
