using ModelOperator.Serving;

namespace ModelOperator.Registry;

/// <summary>What an earlier process left about serving.</summary>
/// <param name="Pods">Pods whose time is not booked to its end.</param>
/// <param name="BookedUntil">Up to where hours are booked; null when none is.</param>
public sealed record ServingState(IReadOnlyList<ServingPod> Pods, DateTimeOffset? BookedUntil);
