using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Learning.Linear;

namespace ModelOperator.Trainer.Tests;

/// <summary>Linear and logistic regression beside scikit-learn 1.2.1 of Debian 12, and beside what defines a minimum.</summary>
public sealed class LinearTests
{
    /// <summary>
    /// Predictions of eight rows by a pipeline of SimpleImputer (mean), OneHotEncoder (first of our order dropped), StandardScaler, and LinearRegression,
    /// Ridge(alpha=50), LogisticRegression(C=2, solver="newton-cg", tol=1e-12) on float32 inputs.
    /// </summary>
    public static TheoryData<string, string, string, double[]> ScikitLearn => new()
    {
        { "y", "Regression", "0", [3.91880512, 16.3875579, 12.6541952, 19.1227137, 11.9854606, 18.4539786, 14.7206168, 17.785244] },
        { "y", "Regression", "50", [4.08992467, 15.3771542, 11.8583629, 17.7887595, 11.2788312, 17.2092273, 13.6904368, 16.6296956] },
        { "b", "Binary", "0.5", [0.673588178, 0.999024762, 0.99285725, 0.999660905, 0.991860891, 0.999613234, 0.997156693, 0.999558864] },
        {
            "m", "Multiclass", "0.5",
            [
                0.0557594127, 0.709772189, 0.234468399, 7.55503981e-06, 0.00488982984, 0.995102615, 0.000127743929, 0.0547389247, 0.945133331,
                9.17395085e-07, 0.00111224735, 0.998886835, 0.000185394476, 0.0857550832, 0.914059522, 1.37572676e-06, 0.00180046283, 0.998198161,
                2.40240929e-05, 0.0208160416, 0.979159934, 2.06216104e-06, 0.00291327608, 0.997084662,
            ]
        },
    };

    [Theory]
    [MemberData(nameof(ScikitLearn))]
    public async Task Predictions_are_those_of_scikit_learn(string target, string objective, string lambda, double[] expected)
    {
        using var trainer = new TrainerHarness(Data());
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(Parameters(target, objective, ("LAMBDA", lambda), ("TOLERANCE", "1e-9"))));
        var bundle = await ModelBundle.LoadAsync(Path.Combine(trainer.Output, "model"), CancellationToken.None);
        Assert.Equal(("modelop/linear-v1", "linear"), (bundle.Document.Format, bundle.Document.Learner.Name));
        var predictions = bundle.Document.Samples.SelectMany(sample => sample.Probabilities ?? [sample.Prediction]).ToList();
        Assert.Equal(expected.Length, predictions.Count);
        Assert.All(expected.Zip(predictions), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * Math.Max(1, Math.Abs(pair.First))));
        Assert.Equal(1, bundle.Document.Features.Sum(feature => feature.Importance), 9);
        Assert.Equal(trainer.Digest(), bundle.Digest);
    }

    [Theory]
    [InlineData("b", "Binary", 0.19815656, 0.9075, 0.93964111, 0.96768777)]
    [InlineData("m", "Multiclass", 0.37565695, 0.805, 0.73361792, 0.94111089)]
    public async Task Scores_of_classes_are_those_of_scikit_learn(string target, string objective, double logloss, double accuracy, double f1, double auc)
    {
        using var trainer = new TrainerHarness(Data());
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(Parameters(target, objective, ("LAMBDA", "0.5"), ("TOLERANCE", "1e-9"))));
        var metrics = trainer.Result().GetProperty("metrics");
        double Metric(string name) => metrics.GetProperty("train_" + name).GetDouble();
        Assert.Equal(logloss, Metric("logloss"), 1e-6);
        Assert.Equal((accuracy, f1), (Metric("accuracy"), Math.Round(Metric("f1"), 8)));
        Assert.Equal(auc, Metric("auc"), 1e-6);
    }

    [Fact]
    public async Task Each_step_of_the_solver_is_a_point_of_the_curve()
    {
        using var trainer = new TrainerHarness(Data());
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(Parameters("m", "Multiclass", ("VALIDATION_FRACTION", "0.3"))));
        var lines = (await File.ReadAllLinesAsync(trainer.MetricsFile)).Select(line => JsonElement.Parse(line)).ToList();
        var curve = lines.Where(line => line.GetProperty("metric").GetString() == "train_logloss").Select(line => line.GetProperty("value").GetDouble()).ToList();
        Assert.True(curve.Count > 5);
        Assert.True(curve[^1] < curve[0]);
        Assert.Equal(curve.Count, lines.Count(line => line.GetProperty("metric").GetString() == "validation_logloss"));
    }

    [Fact]
    public async Task Columns_that_say_the_same_are_left_out_and_the_predictions_stay()
    {
        var lines = Data().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var once = new TrainerHarness(Data());
        using var twice = new TrainerHarness(string.Join('\n', lines.Select((line, i) => i == 0 ? "again,constant," + line : $"{line[..line.IndexOf(',', StringComparison.Ordinal)]},7,{line}")));
        await once.RunAsync(Parameters("y", "Regression"));
        Assert.Equal(ExitCode.Done, await twice.RunAsync(Parameters("y", "Regression")));
        Assert.Contains("1 of 6 columns are combinations of the ones before", twice.Errors, StringComparison.Ordinal);
        Assert.Equal(Rmse(once), Rmse(twice), 1e-6);
    }

    [Fact]
    public async Task Threads_change_no_bit()
    {
        using var one = new TrainerHarness(Data(5000));
        using var four = new TrainerHarness(Data(5000));
        await one.RunAsync(Parameters("m", "Multiclass", ("NTHREAD", "1")));
        await four.RunAsync(Parameters("m", "Multiclass", ("NTHREAD", "4")));
        Assert.Equal(one.Digest(), four.Digest());
    }

    [Fact]
    public async Task A_solver_that_may_not_finish_says_so()
    {
        using var trainer = new TrainerHarness(Data());
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(Parameters("b", "Binary", ("MAX_ITERATIONS", "2"))));
        Assert.Contains("the solver stopped after 2 steps", trainer.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_linear_training_that_is_asked_to_stop_starts_over_with_the_same_result()
    {
        using var whole = new TrainerHarness(Data());
        await whole.RunAsync(Parameters("b", "Binary"));
        using var parts = new TrainerHarness(Data());
        Assert.Equal(ExitCode.Yielded, await parts.RunAsync("round=2 ", Parameters("b", "Binary")));
        Assert.False(File.Exists(Path.Combine(parts.Output, "result.json")));
        Assert.Equal(ExitCode.Done, await parts.RunAsync([.. Parameters("b", "Binary"), ("MODELOP_RESUME_FROM", parts.Checkpoint)]));
        Assert.Equal(whole.Digest(), parts.Digest());
    }

    [Fact]
    public void A_symmetric_system_is_solved()
    {
        var numbers = Gen.Choose(-50, 50).ArrayOf(24).ToArbitrary();
        Prop.ForAll(numbers, drawn =>
        {
            // A'A + I for A of 5 x 4, and a right side.
            double A(int i, int j) => drawn[(i * 4) + j] / 10.0;
            double Entry(int i, int j) => Enumerable.Range(0, 5).Sum(k => A(k, i) * A(k, j)) + (i == j ? 1 : 0);
            double[] right = [.. drawn[20..].Select(value => (double)value)];
            var lower = Enumerable.Range(0, 16).Select(at => at % 4 <= at / 4 ? Entry(at / 4, at % 4) : double.NaN).ToArray();
            var (solution, leftOut) = LeastSquares.Solve(lower, [.. right]);
            return leftOut == 0 && Enumerable.Range(0, 4).All(i => Math.Abs(Enumerable.Range(0, 4).Sum(j => Entry(i, j) * solution[j]) - right[i]) < 1e-8);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_minimum_of_a_quadratic_and_of_a_narrow_valley_is_found()
    {
        // sum (i+1) (x_i - i)^2, and in the last two a valley of condition 10,000.
        var (point, _, converged) = new Lbfgs((x, gradient) =>
        {
            double value = 0;
            for (var i = 0; i < x.Length; i++)
            {
                var weight = i == x.Length - 1 ? 10_000.0 : i + 1;
                gradient[i] = 2 * weight * (x[i] - i);
                value += weight * (x[i] - i) * (x[i] - i);
            }

            return value;
        }).Minimise(6, 500, 1e-8, (_, _) => { });
        Assert.True(converged);
        Assert.All(point.Index(), entry => Assert.Equal(entry.Index, entry.Item, 1e-6));
    }

    private static double Rmse(TrainerHarness trainer) => trainer.Result().GetProperty("metrics").GetProperty("train_rmse").GetDouble();

    private static (string, string)[] Parameters(string target, string objective, params (string Name, string Value)[] others)
    {
        string[] targets = ["y", "b", "m"];
        var given = others.Where(pair => objective != "Regression" || pair.Name != "TOLERANCE").ToList();
        var fraction = given.Exists(pair => pair.Name == "VALIDATION_FRACTION") ? [] : new[] { ("VALIDATION_FRACTION", "0") };
        return
        [
            ("TARGET", target), ("OBJECTIVE", objective), ("LEARNER", "Linear"), ("ROUNDS", ""), ("DROP_COLUMNS", string.Join(',', targets.Where(name => name != target))),
            .. fraction, .. given,
        ];
    }

    // As the script that asked scikit-learn made it.
    private static string Data(int rows = 400)
    {
        string[] grades = ["good", "fair", "best", "poor"];
        int[] ranks = [2, 1, 3, 0];
        var text = new StringBuilder("size,grade,age,y,b,m\n");
        for (var i = 0; i < rows; i++)
        {
            var size = (float)(i * 37 % 101 / 25.0);
            var age = i % 11 == 0 ? null : (double?)(i * 29 % 17);
            var y = (float)Math.Round((4 * (double)size) - (3 * (age ?? 8) / 4) + (5 * ranks[i * 13 % 4]) + (((i * 7919 % 23) - 11) / 2.0), 3);
            text.Append(CultureInfo.InvariantCulture, $"{size:R},{grades[i * 13 % 4]},{age},{y:R},{(y > 3 ? "yes" : "no")},{(y < -2 ? "a" : y < 6 ? "b" : "c")}\n");
        }

        return text.ToString();
    }
}
