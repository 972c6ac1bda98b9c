using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Data;

namespace ModelOperator.Trainer.Learning.Linear;

/// <summary>
/// Rows as a linear model or a network sees them: every number, and every category but a feature's first one, as a column of mean 0 and variance 1 over the training
/// rows. A missing value stands at the mean. Columns that do not vary are left out.
/// </summary>
internal sealed class Design
{
    private const int MostColumns = 5_000;

    private readonly List<ScaledColumn> _columns = [];

    private Design()
    {
    }

    internal int Columns => _columns.Count;

    internal IReadOnlyList<ScaledColumn> Scaled => _columns;

    /// <exception cref="TrainerException">More columns than can be solved.</exception>
    internal static Design Learn(Dataset train, IReadOnlyList<FeatureEncoding> features)
    {
        var design = new Design();
        for (var feature = 0; feature < features.Count; feature++)
        {
            if (features[feature].Categories is { } categories)
                design.AddCategories(train, feature, categories.Count);
            else
                design.AddNumber(train, feature);
            if (design.Columns > MostColumns)
                throw TrainerException.BadData(
                    $"the features make more than {MostColumns} columns, one for each category: too many for this learner (parameters 'dropColumns', 'maxCategories')");
        }

        return design;
    }

    /// <summary>Writes a row's columns.</summary>
    internal void Fill(ReadOnlySpan<float> row, Span<double> columns)
    {
        for (var i = 0; i < _columns.Count; i++)
            columns[i] = _columns[i].Of(row);
    }

    /// <summary>What is kept of a solution.</summary>
    /// <param name="intercepts">One per output.</param>
    /// <param name="coefficient">Of a column and an output.</param>
    internal LinearDocument Describe(IEnumerable<double> intercepts, Func<int, int, double> coefficient)
    {
        var document = new LinearDocument { Intercepts = [.. intercepts], Columns = [] };
        for (var index = 0; index < _columns.Count; index++)
        {
            List<double> coefficients = [];
            for (var output = 0; output < document.Intercepts.Count; output++)
                coefficients.Add(coefficient(index, output));
            document.Columns.Add(new LinearColumn
            {
                Feature = _columns[index].Feature,
                Category = _columns[index].Category,
                Mean = _columns[index].Mean,
                Scale = _columns[index].Scale,
                Coefficients = coefficients,
            });
        }

        return document;
    }

    private void AddNumber(Dataset train, int feature)
    {
        double sum = 0, squares = 0;
        var count = 0;
        for (var at = feature; at < train.Values.Length; at += train.Columns)
        {
            if (float.IsNaN(train.Values[at]))
                continue;
            sum += train.Values[at];
            count++;
        }

        var mean = count > 0 ? sum / count : 0;
        for (var at = feature; at < train.Values.Length; at += train.Columns)
        {
            var value = train.Values[at];
            squares += float.IsNaN(value) ? 0 : (value - mean) * (value - mean);
        }

        Add(feature, null, mean, squares / train.Rows);
    }

    private void AddCategories(Dataset train, int feature, int categories)
    {
        var counts = new double[categories];
        for (var at = feature; at < train.Values.Length; at += train.Columns)
        {
            if (!float.IsNaN(train.Values[at]))
                counts[(int)train.Values[at]]++;
        }

        var all = counts.Sum();
        for (var code = 1; code < categories; code++)
            Add(feature, code, counts[code] / all, counts[code] * (1 - (counts[code] / all)) / train.Rows);
    }

    // What only rounding makes vary does not.
    private void Add(int feature, int? category, double mean, double variance)
    {
        var scale = Math.Sqrt(variance);
        if (scale > 1e-9 * Math.Abs(mean))
            _columns.Add(new ScaledColumn(feature, category, mean, scale));
    }
}
