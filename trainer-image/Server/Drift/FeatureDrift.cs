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
        // Sequences of pairs are in no image that is compiled ahead, and every start waits for this.
        List<int> columns = [];
        for (var column = 0; column < features.Count; column++)
        {
            if (FeatureBinning.Has(features[column]))
                columns.Add(column);
        }

        if (columns.Count > MostFeatures)
            columns = [.. columns.OrderByDescending(column => features[column].Importance).Take(MostFeatures).Order()];
        var offset = 0;
        Features = new FeatureBinning[columns.Count];
        for (var i = 0; i < Features.Length; i++)
        {
            Features[i] = new FeatureBinning(features[columns[i]], columns[i], offset);
            offset += Features[i].Length;
        }

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
