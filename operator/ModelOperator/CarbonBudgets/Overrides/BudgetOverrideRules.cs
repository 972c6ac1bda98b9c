using ModelOperator.Api;
using ModelOperator.Carbon.Budgets;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>Who may override what: the same rules in the webhook and in the ledger. Pure.</summary>
/// <param name="ServiceAccounts">User names of ServiceAccounts that may approve.</param>
/// <param name="Verified">Whether the API server asks the webhook, without which nobody knows who created an object.</param>
public sealed record BudgetOverrideRules(IReadOnlyCollection<string> ServiceAccounts, bool Verified = true)
{
    /// <summary>Prefix of the user names of ServiceAccounts.</summary>
    public const string ServiceAccountPrefix = "system:serviceaccount:";

    /// <summary>Longest time until an override runs out.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(30);

    /// <summary>Between the webhook's clock and the API server's.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(1);

    private const string SpecApprovedBy = "spec.approvedBy";

    /// <summary>What is wrong with the spec by itself; null when nothing is.</summary>
    /// <param name="spec">Spec.</param>
    /// <param name="made">When the object was, or is being, created.</param>
    public static BudgetOverrideProblem? Problem(BudgetOverrideSpec spec, DateTimeOffset made)
    {
        string? wrong = null;
        if (spec.Budget.Name.Length == 0)
            wrong = "spec.budget.name: '' is not allowed: the name of a CarbonBudget of this namespace";
        else if (spec.Run.Name.Length == 0)
            wrong = "spec.run.name: '' is not allowed: the name of a TrainingRun of this namespace";
        else if (Extra(spec, out var amount) is { } extra)
            wrong = extra;
        else if (amount == BudgetAmount.Zero)
            wrong = "spec.extra: needs gramsCO2e, kilowattHours or both, above zero";
        else if (string.IsNullOrWhiteSpace(spec.Reason))
            wrong = $"spec.reason: '{spec.Reason}' is not allowed: say why, for those who read the history";
        else if (string.IsNullOrWhiteSpace(spec.ApprovedBy))
            wrong = $"{SpecApprovedBy}: '{spec.ApprovedBy}' is not allowed: your own user name";
        else if (spec.ExpiresAt <= made || spec.ExpiresAt > made + LongestLife + ClockSlack)
            wrong = $"spec.expiresAt: '{UtcText.Of(spec.ExpiresAt)}' is not allowed: after {UtcText.Of(made)} and at most 30 days later, {UtcText.Of(made + LongestLife)}";
        return wrong is null ? null : new(BudgetOverrideReasons.InvalidSpec, wrong);
    }

    /// <summary>Why this approver may not approve for this run; null when they may.</summary>
    /// <param name="spec">Spec.</param>
    /// <param name="user">Who created the override, as the API server told; null when unknown.</param>
    /// <param name="run">The run.</param>
    public BudgetOverrideProblem? Problem(BudgetOverrideSpec spec, string? user, V1TrainingRun run)
    {
        var approver = spec.ApprovedBy;
        if (!Verified || user is null)
            return new(BudgetOverrideReasons.ApproverNotVerified, $"{SpecApprovedBy}: '{approver}' is not verified: the override was created while the API server did not ask the operator's webhook");
        if (approver != user)
            return new(BudgetOverrideReasons.ApproverNotVerified, $"{SpecApprovedBy}: '{approver}' is not allowed: user {user} creates the override, and nobody approves for others");
        if (user.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal) && !ServiceAccounts.Contains(user))
        {
            return new(
                BudgetOverrideReasons.ApproverIsServiceAccount,
                $"{SpecApprovedBy}: '{approver}' is not allowed: a ServiceAccount would approve whatever is committed; a person, or one of MODELOP_OVERRIDE_SERVICE_ACCOUNTS");
        }

        if (Creators.Of(run.Metadata) is not { } creator)
        {
            return new(
                BudgetOverrideReasons.CreatorUnknown,
                $"spec.run.name: '{run.Metadata.Name}' is not allowed: who created the run is not known (annotation {ModelOperatorApi.CreatedByAnnotation} is missing), so nobody can tell that it was somebody else; create the run anew");
        }

        return creator == user
            ? new(BudgetOverrideReasons.ApproverIsCreator, $"{SpecApprovedBy}: '{approver}' is not allowed: {creator} created TrainingRun {run.Metadata.Name}; somebody else must approve")
            : null;
    }

    /// <summary>The amount; zero when it cannot be read.</summary>
    public static BudgetAmount ExtraOf(BudgetOverrideSpec spec) => Extra(spec, out var amount) is null ? amount : BudgetAmount.Zero;

    private static string? Extra(BudgetOverrideSpec spec, out BudgetAmount amount)
    {
        var (grams, energy) = (CarbonBudgetLedgers.Milligrams(spec.Extra.GramsCO2e), CarbonBudgetLedgers.MilliwattHours(spec.Extra.KilowattHours));
        amount = grams < 0 || energy < 0 ? BudgetAmount.Zero : new(new(grams ?? 0), new(energy ?? 0));
        return grams < 0 ? $"spec.extra.gramsCO2e: '{spec.Extra.GramsCO2e}' is not a decimal number in range"
            : energy < 0 ? $"spec.extra.kilowattHours: '{spec.Extra.KilowattHours}' is not a decimal number in range"
            : null;
    }
}
