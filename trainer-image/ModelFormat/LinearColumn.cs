namespace ModelOperator.ModelFormat;

/// <summary>A <see cref="ScaledColumn"/> and what a linear model makes of it.</summary>
public sealed class LinearColumn
{
    /// <summary>Position of the feature.</summary>
    public int Feature { get; set; }

    /// <summary>For a categorical feature: x is 1 where the value has this code, else 0.</summary>
    public int? Category { get; set; }

    /// <summary>Of the training rows that have a value.</summary>
    public double Mean { get; set; }

    /// <summary>Standard deviation over all training rows, those without a value counted as standing at the mean.</summary>
    public double Scale { get; set; }

    /// <summary>One per output, for the scaled column.</summary>
    public required List<double> Coefficients { get; set; }
}
