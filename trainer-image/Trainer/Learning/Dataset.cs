using ModelOperator.Trainer.Data;

namespace ModelOperator.Trainer.Learning;

/// <summary>Encoded rows for the booster, row-major.</summary>
internal sealed record Dataset(float[] Values, float[] Labels, int Columns)
{
    public int Rows => Labels.Length;

    /// <summary>The mean label.</summary>
    public double MeanLabel
    {
        get
        {
            double sum = 0;
            foreach (var label in Labels)
                sum += label;
            return sum / Labels.Length;
        }
    }

    public static Dataset Encode(IReadOnlyList<FeatureEncoding> features, IReadOnlyList<int> rows, float[] labels)
    {
        var values = new float[rows.Count * features.Count];
        for (var feature = 0; feature < features.Count; feature++)
            features[feature].Fill(values.AsSpan(feature), features.Count, rows);
        return new Dataset(values, labels, features.Count);
    }
}
