using System.Globalization;
using ModelOperator.TrainingRuns.Sweeps;
using ModelOperator.XGBoost;

namespace ModelOperator.MonthBench;

/// <summary>California Housing, really learned: validation RMSE of a combination of parameters after so many rounds. Every fifth row validates.</summary>
internal sealed class Housing : IDisposable
{
    private readonly DMatrix train;
    private readonly DMatrix validation;
    private readonly float[] labels;
    private readonly Dictionary<string, Dictionary<long, double>> known = new(StringComparer.Ordinal);

    internal Housing(string file)
    {
        var rows = File.ReadLines(file).Skip(1).Select(static line => line.Split(',').Select(static v => float.Parse(v, CultureInfo.InvariantCulture)).ToArray()).ToList();
        var parts = rows.Index().ToLookup(static row => row.Index % 5 == 0, static row => row.Item);
        labels = [.. parts[true].Select(static r => r[^1])];
        (train, validation) = (Matrix([.. parts[false]]), Matrix([.. parts[true]]));
    }

    /// <summary>RMSE after each of the rounds; the rounds before are the same learner's, as boosting goes.</summary>
    internal double Rmse(SweepPoint point, long rounds, IReadOnlyList<long> rungs)
    {
        if (!known.TryGetValue(point.Key, out var values))
            known[point.Key] = values = Learn(point, rungs);
        return values[rounds];
    }

    public void Dispose()
    {
        train.Dispose();
        validation.Dispose();
    }

    private Dictionary<long, double> Learn(SweepPoint point, IReadOnlyList<long> rungs)
    {
        using var booster = Booster.Create(train);
        booster.SetParameter("objective", "reg:squarederror");
        booster.SetParameter("tree_method", "hist");
        booster.SetParameter("seed", "7");
        foreach (var (name, value) in point.Values)
            booster.SetParameter(name, value);
        var values = new Dictionary<long, double>();
        for (var round = 0; round < rungs[^1]; round++)
        {
            booster.Update(round, train);
            if (rungs.Contains(round + 1))
                values[round + 1] = Math.Sqrt(booster.Predict(validation).Zip(labels, static (a, b) => (double)(a - b) * (a - b)).Average());
        }

        return values;
    }

    private static DMatrix Matrix(float[][] rows) => DMatrix.FromDense([.. rows.SelectMany(static r => r[..^1])], rows[0].Length - 1, [.. rows.Select(static r => r[^1])], Environment.ProcessorCount);
}
