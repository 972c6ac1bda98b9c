namespace ModelOperator.RollbackBench;

/// <summary>How much traffic a canary gets.</summary>
/// <param name="Requests">Requests of the canary in a window.</param>
/// <param name="Share">Its share of the traffic in percent.</param>
internal sealed record Setting(int Requests, int Share);
