namespace ModelOperator.ModelFormat;

/// <summary>What one feature adds to a row's sums.</summary>
internal sealed class LinearTerm(int categories, int outputs)
{
    // Of a number: coefficient / scale per output. Of a category: what each code adds, code by code.
    private readonly double[] _weights = new double[Math.Max(1, categories) * outputs];
    private double _mean;
    private bool _hasNumber;

    /// <returns>False when the column does not fit the feature's type.</returns>
    internal bool TryAdd(LinearColumn column)
    {
        if (column.Category is { } code ? code < 0 || code >= categories : categories > 0 || _hasNumber)
            return false;
        for (var output = 0; output < outputs; output++)
        {
            var weight = column.Coefficients[output] / column.Scale;
            if (column.Category is null)
                _weights[output] = weight;
            for (var other = 0; other < categories; other++)
                _weights[(other * outputs) + output] += weight * ((other == column.Category ? 1 : 0) - column.Mean);
        }

        if (column.Category is null)
            (_mean, _hasNumber) = (column.Mean, true);
        return true;
    }

    internal void AddTo(Span<double> sums, float value)
    {
        if (float.IsNaN(value))
            return;
        var first = categories == 0 ? 0 : (int)value * outputs;
        var times = categories == 0 ? value - _mean : 1;
        for (var output = 0; output < outputs; output++)
            sums[output] += _weights[first + output] * times;
    }
}
