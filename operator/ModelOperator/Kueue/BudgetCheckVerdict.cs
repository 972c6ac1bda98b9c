namespace ModelOperator.Kueue;

/// <summary>What a check says of a Workload.</summary>
/// <param name="State">Pending, Ready, Retry or Rejected.</param>
/// <param name="Message">Text for people.</param>
/// <param name="RequeueAfter">With Retry: how long the Workload is to wait at least.</param>
public sealed record BudgetCheckVerdict(string State, string Message, TimeSpan? RequeueAfter = null);
