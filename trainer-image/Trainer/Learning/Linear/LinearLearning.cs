using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Output;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Learning.Linear;

/// <summary>Linear regression in closed form, and logistic regression by L-BFGS.</summary>
/// <param name="parameters">With those of the linear learner.</param>
/// <param name="data">Rows to learn from and to judge by.</param>
/// <param name="threads">The most threads.</param>
/// <param name="warn">Told what the user should know.</param>
internal sealed class LinearLearning(TrainingParameters parameters, PreparedData data, int threads, Action<string> warn)
{
    private readonly Design _design = Design.Learn(data.Train, data.Encodings);
    private readonly LinearParameters _linear = parameters.Linear!;
    private readonly int _outputs = data.Table.Outputs;

    /// <param name="report">Called after every step.</param>
    /// <param name="stop">Looked at after every step; a linear model is not worth a checkpoint.</param>
    /// <exception cref="OperationCanceledException">Asked to stop.</exception>
    internal LearnedLinear Train(Action<RoundReport> report, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return parameters.Objective == Objective.Regression ? Regress(report) : Classify(report, stop);
    }

    private LearnedLinear Regress(Action<RoundReport> report)
    {
        var mean = data.Train.MeanLabel;
        var (coefficients, leftOut) = LeastSquares.Solve(_design, data.Train, mean, _linear.Lambda, threads);
        if (leftOut > 0)
            warn($"{leftOut} of {_design.Columns} columns are combinations of the ones before and were left out; lambda above 0 keeps them");
        var learned = Learned(_design.Describe([mean], (column, _) => coefficients[column]), 1);
        List<KeyValuePair<string, double>> metrics = [];
        foreach (var (name, set) in Sets())
            metrics.Add(KeyValuePair.Create(name + "_rmse", Scores.Regression(learned.Predict(set), set.Labels).First().Value));
        report(new RoundReport(1, 1, metrics));
        return learned;
    }

    private LearnedLinear Classify(Action<RoundReport> report, CancellationToken stop)
    {
        var losses = Sets().Select(set => (set.Name, Loss: new LogisticLoss(_design, set.Data, _outputs, threads))).ToList();
        var train = losses[0].Loss;
        var unused = new double[train.Length];
        var (weights, steps, converged) = new Lbfgs((point, gradient) => train.At(point, gradient) + train.Penalty(point, _linear.Lambda, gradient))
            .Minimise(train.Length, _linear.MaxIterations, _linear.Tolerance, (step, point) =>
            {
                stop.ThrowIfCancellationRequested();
                report(new RoundReport(step, _linear.MaxIterations, [.. losses.Select(set => KeyValuePair.Create(set.Name + "_logloss", set.Loss.At(point, unused)))]));
            });
        if (!converged)
            warn($"the solver stopped after {steps} steps with the gradient above tolerance; raise maxIterations or lambda");
        var stride = _design.Columns + 1;
        return Learned(
            _design.Describe(
                Enumerable.Range(0, _outputs).Select(output => weights[(output * stride) + _design.Columns]),
                (column, output) => weights[(output * stride) + column]),
            steps);
    }

    private List<(string Name, Dataset Data)> Sets() =>
        data.Validation is { } validation ? [("train", data.Train), ("validation", validation)] : [("train", data.Train)];

    private LearnedLinear Learned(LinearDocument document, int steps) =>
        new(document, data.CategoryCounts(), data.Table, parameters.Objective, steps);
}
