using ModelOperator.Gateway.Metrics;

namespace ModelOperator.Gateway.Routing;

/// <summary>Shadow traffic in force.</summary>
/// <param name="Arm">Arm that receives copies of the other arms' requests.</param>
/// <param name="Split">Says for each such request whether it is copied: place 0 yes, place 1 no.</param>
/// <param name="Series">Counters of the copies, apart from those of the arm's requests.</param>
public sealed record Mirror(Arm Arm, WeightedSplit Split, ArmSeries Series);
