namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>Reasons of conditions and events; stable, CamelCase.</summary>
public static class BudgetOverrideReasons
{
    /// <summary>In force, not used yet.</summary>
    public const string Approved = nameof(Approved);

    /// <summary>The run goes beyond the limit by it.</summary>
    public const string OverrideUsed = nameof(OverrideUsed);

    /// <summary>Ran out unused.</summary>
    public const string Expired = nameof(Expired);

    /// <summary>The run ended, or went, without it.</summary>
    public const string NotNeeded = nameof(NotNeeded);

    /// <summary>There is no such run yet.</summary>
    public const string RunNotFound = nameof(RunNotFound);

    /// <summary>There is no such budget, or it does not cover the run.</summary>
    public const string BudgetNotFound = nameof(BudgetNotFound);

    /// <summary>A field of the spec is wrong.</summary>
    public const string InvalidSpec = nameof(InvalidSpec);

    /// <summary>Nothing proves that approvedBy created the object.</summary>
    public const string ApproverNotVerified = nameof(ApproverNotVerified);

    /// <summary>A ServiceAccount that is not among those that may approve.</summary>
    public const string ApproverIsServiceAccount = nameof(ApproverIsServiceAccount);

    /// <summary>The approver created the run.</summary>
    public const string ApproverIsCreator = nameof(ApproverIsCreator);

    /// <summary>Nobody knows who created the run.</summary>
    public const string CreatorUnknown = nameof(CreatorUnknown);
}
