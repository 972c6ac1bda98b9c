using System.Globalization;

namespace ModelOperator.Trainer.Parameters;

/// <summary>What shapes a linear model.</summary>
public sealed record LinearParameters
{
    /// <summary>Penalty on the squares of the standardised coefficients.</summary>
    public double Lambda { get; init; }

    /// <summary>The most steps of the solver; 1 for Regression, which is solved at once.</summary>
    public int MaxIterations { get; init; } = 1;

    /// <summary>The solver ends where no component of the mean loss's gradient is larger.</summary>
    public double Tolerance { get; init; }

    internal static LinearParameters Parse(ParameterBag bag, Objective objective)
    {
        if (objective != Objective.Regression)
            return new LinearParameters
            {
                Lambda = bag.Number("lambda", 1, 0, 1e9),
                MaxIterations = bag.Integer("maxIterations", 1000, 1, 100_000),
                Tolerance = bag.Number("tolerance", 1e-6, 0, 1, aboveLeast: true),
            };
        bag.Refuse("with objective Regression, which is solved at once", "maxIterations", "tolerance");
        return new LinearParameters { Lambda = bag.Number("lambda", 0, 0, 1e9) };
    }

    internal IEnumerable<(string Name, string Value)> Describe()
    {
        yield return ("lambda", Lambda.ToString("R", CultureInfo.InvariantCulture));
        if (Tolerance <= 0)
            yield break;
        yield return ("maxIterations", MaxIterations.ToString(CultureInfo.InvariantCulture));
        yield return ("tolerance", Tolerance.ToString("R", CultureInfo.InvariantCulture));
    }
}
