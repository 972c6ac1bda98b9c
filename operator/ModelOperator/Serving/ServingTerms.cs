using ModelOperator.Carbon.Accounts;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.Serving;

/// <summary>What energy is costed by.</summary>
/// <param name="Zone">Grid zone of the cluster.</param>
/// <param name="Intensity">Its average intensities.</param>
/// <param name="PueMilli">Power usage effectiveness in thousandths.</param>
/// <param name="Prices">Prices; none when null.</param>
public sealed record ServingTerms(string Zone, ZoneIntensity<AverageSignal> Intensity, int PueMilli, PriceSheet? Prices);
