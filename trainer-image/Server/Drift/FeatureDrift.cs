using ModelOperator.ModelFormat;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Drift;

/// <summary>Counts live values by the bins of the training profile, without locks or memory for each row.</summary>
internal sealed class FeatureDrift
{
    /// <summary>Features that are counted: of more, the most important ones, so that no model floods who scrapes it.</summary>
    internal const int MostFeatures = 64;

    private readonly StripedCounters _counters;

    internal FeatureDrift(List<FeatureDocument> features)
    {
        var offset = 0;
        Features = [.. features.Index().Where(static pair => FeatureBinning.Has(pair.Item)).OrderByDescending(static pair => pair.Item.Importance).Take(MostFeatures)
            .OrderBy(static pair => pair.Index).Select(pair =>
            {
                var binning = new FeatureBinning(pair.Item, pair.Index, offset);
                offset += binning.Length;
                return binning;
            })];
        _counters = new StripedCounters(offset);
        (Length, Left) = (offset, features.Count - Features.Length);
    }

    internal FeatureBinning[] Features { get; }

    /// <summary>Number of counters.</summary>
    internal int Length { get; }

    /// <summary>Features that are not counted.</summary>
    internal int Left { get; }

    internal void Observe(RowBuffer rows)
    {
        var values = rows.Values;
        if (values.IsEmpty)
            return;
        var counters = _counters.Mine;
        foreach (var feature in Features)
            feature.Count(values[feature.Column..], rows.Columns, counters);
    }

    /// <summary>All counters as they stand.</summary>
    internal long[] Read() => _counters.Read();
}
