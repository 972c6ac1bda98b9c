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

    /// <summary>Complains about parameters of linear models alone.</summary>
    internal static void Refuse(ParameterBag bag, string condition) => bag.Refuse(condition, "maxIterations", "tolerance");

    internal static LinearParameters Parse(ParameterBag bag, Objective objective)
    {
        if (objective != Objective.Regression)
            return new LinearParameters
            {
                Lambda = bag.Number("lambda", 1, 0, 1e9),
                MaxIterations = bag.Integer("maxIterations", 1000, 1, 100_000),
                Tolerance = bag.Number("tolerance", 1e-6, 0, 1, aboveLeast: true),
            };
        Refuse(bag, "with objective Regression, which is solved at once");
        return new LinearParameters { Lambda = bag.Number("lambda", 0, 0, 1e9) };
    }

    internal IEnumerable<(string Name, string Value)> Describe()
    {
        yield return ("lambda", ParameterBag.Text(Lambda));
        if (Tolerance <= 0)
            yield break;
        yield return ("maxIterations", ParameterBag.Text(MaxIterations));
        yield return ("tolerance", ParameterBag.Text(Tolerance));
    }
}
