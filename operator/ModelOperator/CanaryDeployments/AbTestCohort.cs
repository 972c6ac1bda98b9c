using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>Where a user's key is; its hash decides the arm. Requests without a key are split by weight and are not part of the test.</summary>
public sealed record AbTestCohort
{
    [Description("Request header that holds the key; looked at first.")]
    [RegularExpression("^[A-Za-z][-A-Za-z0-9]*$")]
    [StringLength(64)]
    public string? Header { get; init; }

    [Description("Cookie that holds the key.")]
    [RegularExpression("^[A-Za-z_][-A-Za-z0-9_]*$")]
    [StringLength(64)]
    public string? Cookie { get; init; }
}
