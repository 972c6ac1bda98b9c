using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>Rules of a sweep that the schema cannot say; they run in the webhook and again in the reconciler. Pure.</summary>
public static partial class SweepValidation
{
    private const string Path = "spec.sweep";
    private const int LongestName = 195;

    /// <summary>Wrong fields of a run with a sweep, those of its trials included.</summary>
    public static IReadOnlyList<FieldError> Check(V1TrainingRun run)
    {
        List<FieldError> errors = [];
        var sweep = run.Spec.Sweep!;
        if (run.Metadata.Name.Length > LongestName)
            errors.Add(new("metadata.name", run.Metadata.Name, $"at most {Text(LongestName)} characters, so that the names of trials fit"));
        if (sweep.Parameters is not { Count: > 0 } && sweep.Choices is not { Count: > 0 })
            errors.Add(new($"{Path}.parameters", null, "name parameters, choices or both to search over"));
        if (string.IsNullOrWhiteSpace(sweep.Objective.Metric))
            errors.Add(new($"{Path}.objective.metric", sweep.Objective.Metric, "the name of a metric that every trial reports"));
        if (sweep.Objective.Target is { } target && !double.IsFinite(target))
            errors.Add(new($"{Path}.objective.target", Text(target), "a finite number"));
        Between($"{Path}.parallelism", sweep.Parallelism, 1, 64, errors);
        Between($"{Path}.maxFailedTrials", sweep.MaxFailedTrials, 0, SweepSpace.MaxTrials, errors);
        if (run.Spec.Checkpoint?.ContinueFrom is { } from)
            errors.Add(new("spec.checkpoint.continueFrom", from, "nothing, in a sweep: its trials would work in one folder"));
        CheckParameters(sweep, errors);
        CheckChoices(sweep, errors);
        CheckHalving(run, sweep, errors);
        // Sizes can be told only of what is well formed, and trials judged only when they can be built.
        if (errors.Count == 0)
            CheckTrials(sweep, errors);
        if (errors.Count == 0)
            CheckTemplate(run, errors);
        return errors;
    }

    private static void CheckParameters(TrainingSweep sweep, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, parameter) in (sweep.Parameters ?? []).Index())
        {
            var path = $"{Path}.parameters[{Text(index)}]";
            if (!ParameterName().IsMatch(parameter.Name))
                errors.Add(new($"{path}.name", parameter.Name, "names of letters, digits, '_', '-' and '.', beginning with a letter"));
            if (!names.Add(parameter.Name))
                errors.Add(new($"{path}.name", parameter.Name, "each name once"));
            if (parameter.Values is not null)
                CheckValues(path, parameter, errors);
            else
                CheckRange(path, parameter, sweep.Algorithm, errors);
        }
    }

    private static void CheckValues(string path, SweepParameter parameter, List<FieldError> errors)
    {
        if (parameter.Minimum is not null || parameter.Maximum is not null || parameter.Count is not null)
            errors.Add(new(path, parameter.Name, "values, or minimum and maximum, not both"));
        if (parameter.Values!.Count == 0)
            errors.Add(new($"{path}.values", "[]", "at least one value"));
        foreach (var twice in parameter.Values.GroupBy(static v => v, StringComparer.Ordinal).Where(static g => g.Skip(1).Any()))
            errors.Add(new($"{path}.values", twice.Key, "each value once"));
    }

    private static void CheckRange(string path, SweepParameter parameter, SweepAlgorithm algorithm, List<FieldError> errors)
    {
        if (parameter.Minimum is not { } low || parameter.Maximum is not { } high)
        {
            errors.Add(new(parameter.Minimum is null ? $"{path}.minimum" : $"{path}.maximum", null, "values, or both minimum and maximum"));
            return;
        }

        if (!double.IsFinite(low) || !double.IsFinite(high) || low >= high)
            errors.Add(new($"{path}.maximum", Text(high), $"a number above minimum, {Text(low)}"));
        if (parameter.Scale == SweepScale.Log && low <= 0)
            errors.Add(new($"{path}.minimum", Text(low), "above 0, for scale Log"));
        if (parameter.Type == SweepNumberType.Integer && new[] { low, high }.Any(static e => e != Math.Floor(e) || Math.Abs(e) > SweepNumbers.LargestInteger))
            errors.Add(new($"{path}.minimum", $"{Text(low)} .. {Text(high)}", "whole numbers up to 2^53 at both ends, for type Integer"));
        if (algorithm == SweepAlgorithm.Grid && parameter.Count is null)
            errors.Add(new($"{path}.count", null, "the number of points that the grid takes of the range"));
        else if (algorithm != SweepAlgorithm.Grid && parameter.Count is { } count)
            errors.Add(new($"{path}.count", Text(count), "nothing: only a Grid divides a range"));
        else if (parameter.Count is < 1 or > 100)
            errors.Add(new($"{path}.count", Text(parameter.Count.Value), "1 to 100"));
    }

    private static void CheckChoices(TrainingSweep sweep, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var searched = (sweep.Parameters ?? []).Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (index, choice) in (sweep.Choices ?? []).Index())
        {
            var path = $"{Path}.choices[{Text(index)}]";
            if (!names.Add(choice.Name))
                errors.Add(new($"{path}.name", choice.Name, "each name once"));
            foreach (var name in (choice.Params?.Keys ?? []).Where(searched.Contains))
                errors.Add(new($"{path}.params.{name}", name, "a parameter that is not searched over as well"));
        }
    }

    private static void CheckHalving(V1TrainingRun run, TrainingSweep sweep, List<FieldError> errors)
    {
        var path = $"{Path}.halving";
        if (sweep.Halving is not { } halving)
        {
            if (sweep.Algorithm == SweepAlgorithm.SuccessiveHalving)
                errors.Add(new(path, null, "the resource and its range, for algorithm SuccessiveHalving"));
            return;
        }

        if (sweep.Algorithm != SweepAlgorithm.SuccessiveHalving)
            errors.Add(new(path, halving.Parameter, $"nothing, for algorithm {sweep.Algorithm}"));
        if (!ParameterName().IsMatch(halving.Parameter))
            errors.Add(new($"{path}.parameter", halving.Parameter, "names of letters, digits, '_', '-' and '.', beginning with a letter"));
        if ((sweep.Parameters ?? []).Any(p => p.Name == halving.Parameter) || (sweep.Choices ?? []).Any(c => c.Params?.ContainsKey(halving.Parameter) == true))
            errors.Add(new($"{path}.parameter", halving.Parameter, "a parameter that is not searched over as well"));
        if (halving.Resume == TrainingResume.Auto && run.Spec.Checkpoint is not { Uri: not null, Resume: TrainingResume.Auto })
            errors.Add(new($"{path}.resume", nameof(TrainingResume.Auto), "Never, or spec.checkpoint with uri and resume: Auto"));
        Between($"{path}.factor", halving.Factor, 2, 10, errors);
        if (halving.Minimum < 1)
            errors.Add(new($"{path}.minimum", Text(halving.Minimum), "at least 1"));
        else if (halving.Maximum / Math.Max(halving.Factor, 1) < halving.Minimum)
            errors.Add(new($"{path}.maximum", Text(halving.Maximum), $"at least minimum times factor, {Text(halving.Minimum)} x {Text(halving.Factor)}, so that there are two rungs"));
    }

    private static void CheckTrials(TrainingSweep sweep, List<FieldError> errors)
    {
        var path = $"{Path}.trials";
        if (sweep.Trials is < 1 or > SweepSpace.MaxTrials)
            errors.Add(new(path, Text(sweep.Trials.Value), $"1 to {Text(SweepSpace.MaxTrials)}"));
        else if (sweep.Algorithm == SweepAlgorithm.Grid && SweepSpace.GridSize(sweep) is var points && points > (sweep.Trials ?? SweepSpace.MaxTrials))
            errors.Add(new(path, Text(sweep.Trials ?? SweepSpace.MaxTrials), $"at least the {Text(points)} points of the grid (and at most {Text(SweepSpace.MaxTrials)}): a grid with holes is none. Use Random, or fewer values"));
        else if (sweep is { Algorithm: not SweepAlgorithm.Grid, Trials: null })
            errors.Add(new(path, null, $"1 to {Text(SweepSpace.MaxTrials)}, for algorithm {sweep.Algorithm}"));
        else if (sweep is { Halving: { } halving, Trials: { } trials } && SweepRungs.Least(halving) is var least && trials < least)
            errors.Add(new(path, Text(trials), $"at least {Text(least)}, so that {Text(SweepRungs.Resources(halving).Count)} rungs can each be cut by {Text(halving.Factor)}"));
    }

    /// <summary>What is wrong with the template is wrong with every trial; one of each alternative is looked at.</summary>
    private static void CheckTemplate(V1TrainingRun run, List<FieldError> errors)
    {
        var sweep = run.Spec.Sweep!;
        var plans = SweepSchedule.Of(sweep, []).Trials;
        var values = plans[0].Point.Values;
        var points = sweep.Choices is { Count: > 0 } choices ? choices.Select(c => new SweepPoint(c, values)) : [new SweepPoint(null, values)];
        foreach (var point in points)
        {
            foreach (var error in TrainingRunValidation.Check(SweepChild.Build(run, plans[0] with { Point = point })))
                if (!errors.Contains(error))
                    errors.Add(error);
        }
    }

    private static void Between(string path, int value, int low, int high, List<FieldError> errors)
    {
        if (value < low || value > high)
            errors.Add(new(path, Text(value), $"{Text(low)} to {Text(high)}"));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    [GeneratedRegex("^[A-Za-z][-._A-Za-z0-9]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterName();
}
