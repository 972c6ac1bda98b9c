using System.Globalization;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>A trial that is to be made.</summary>
/// <param name="Number">Number, from 1.</param>
/// <param name="Point">What it tries.</param>
/// <param name="Rung">Rung of successive halving, from 1; null otherwise.</param>
/// <param name="Resource">Name and value of the resource in that rung.</param>
/// <param name="ContinueFrom">UID of the trial of the first rung whose checkpoints it goes on from; null when it trains anew.</param>
public sealed record SweepTrialPlan(int Number, SweepPoint Point, int? Rung = null, KeyValuePair<string, long>? Resource = null, string? ContinueFrom = null)
{
    /// <summary>The searched parameters of the trial, the rung's resource included.</summary>
    public IReadOnlyDictionary<string, string> Searched
    {
        get
        {
            var searched = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in Point.Values)
                searched[name] = value;
            if (Resource is { } resource)
                searched[resource.Key] = resource.Value.ToString(CultureInfo.InvariantCulture);
            return searched;
        }
    }
}
