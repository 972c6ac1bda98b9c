namespace ModelOperator.CanaryDeployments;

/// <summary>Reasons of the condition DataDrift; stable, CamelCase.</summary>
public static class CanaryDriftReasons
{
    /// <summary>The condition, and its event when it becomes true.</summary>
    public const string DataDrift = nameof(DataDrift);

    /// <summary>A feature's live values are not distributed as in training.</summary>
    public const string DriftFound = nameof(DriftFound);

    /// <summary>Every feature is within the threshold.</summary>
    public const string WithinThreshold = nameof(WithinThreshold);

    /// <summary>Too few rows for a statement.</summary>
    public const string TooFewRows = nameof(TooFewRows);

    /// <summary>A feature has no series.</summary>
    public const string NoDriftData = nameof(NoDriftData);

    /// <summary>No version serves yet.</summary>
    public const string NotServing = nameof(NotServing);
}
