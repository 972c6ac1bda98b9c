using System.Globalization;
using ModelOperator.Trainer.Learning;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Reporting;

/// <summary>Tells the log, the metrics file and the status endpoint how far the training is. The parts of a cross-validation come before it.</summary>
internal sealed class Progress(TrainingParameters parameters, MetricsFile file, StatusReporter? status, TimeProvider time, Action<string> say)
{
    private const int Lines = 20;
    private const int SolverSteps = 10;

    // How many steps a solver will need is not known.
    private readonly int _every = parameters.LogEveryRounds > 0 ? parameters.LogEveryRounds
        : parameters.Learner == Learner.Linear ? SolverSteps
        : Math.Max(1, parameters.Rounds / Lines);
    private readonly long _began = time.GetTimestamp();

    /// <summary>A round of a part of the cross-validation.</summary>
    internal void Fold(int fold, RoundReport report) => Tell(report, fold, 0);

    internal void FoldDone(int fold, IEnumerable<(string Name, double Value)> scores)
    {
        List<KeyValuePair<string, double>> metrics = [.. scores.Select(static score => KeyValuePair.Create("cv_" + score.Name, score.Value))];
        file.Write(new RoundReport(fold + 1, parameters.Folds, metrics));
        say(string.Create(CultureInfo.InvariantCulture, $"fold={fold + 1}/{parameters.Folds} {Text(metrics)}"));
    }

    /// <summary>A round of the training.</summary>
    /// <param name="report">What is known after it.</param>
    /// <param name="firstRound">Rounds that an earlier attempt had done.</param>
    internal void Round(RoundReport report, int firstRound)
    {
        file.Write(report);
        Tell(report, parameters.Folds, parameters.Folds == 0 ? firstRound : 0);
        if (report.Round % _every == 0 || report.Round == report.Rounds)
            say(string.Create(CultureInfo.InvariantCulture, $"round={report.Round} {Text(report.Metrics)}").TrimEnd());
    }

    private void Tell(RoundReport report, int partsDone, int firstRound) => status?.Set(
        report with { Round = (partsDone * report.Rounds) + report.Round, Rounds = (parameters.Folds + 1) * report.Rounds }, time.GetElapsedTime(_began), firstRound);

    private static string Text(IEnumerable<KeyValuePair<string, double>> metrics) =>
        string.Join(' ', metrics.Select(static metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key}={metric.Value:G7}")));
}
