using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelOperator.TrainingRuns;

/// <summary>Rules about checkpoints, failure rules and the time after the end; see <see cref="TrainingRunValidation"/>. Pure.</summary>
internal static partial class TrainingRunLifecycleValidation
{
    private const int ExitYielded = 75;

    internal static void Check(TrainingRunSpec spec, List<FieldError> errors)
    {
        CheckCheckpoint(spec.Checkpoint, errors);
        CheckTtl(spec.Ttl, errors);
        CheckSchedule(spec, errors);
        if (spec.Sweep is not null && spec.Reuse == TrainingReuse.IfIdentical)
            errors.Add(new("spec.reuse", nameof(TrainingReuse.IfIdentical), "Never together with spec.sweep: a sweep compares trials that were made"));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, rule) in (spec.FailurePolicy?.Rules ?? []).Index())
        {
            var path = $"spec.failurePolicy.rules[{Text(index)}]";
            if (!RuleName().IsMatch(rule.Name) || rule.Name.Length > 63)
                errors.Add(new($"{path}.name", rule.Name, "1 to 63 lower-case letters, digits and hyphens"));
            if (!names.Add(rule.Name))
                errors.Add(new($"{path}.name", rule.Name, "each name once"));
            CheckRule(rule, path, errors);
        }
    }

    private static void CheckCheckpoint(TrainingCheckpoint? checkpoint, List<FieldError> errors)
    {
        if (checkpoint is null)
            return;
        if (checkpoint.Uri is { } uri && !TrainingCheckpoints.TryParse(uri, out _, out _))
            errors.Add(new("spec.checkpoint.uri", uri, "pvc://<claim>[/<path>] with a claim of the run's namespace; path segments begin with a letter or digit"));
        if (checkpoint.ContinueFrom is { } from && (checkpoint.Uri is null || checkpoint.Resume != TrainingResume.Auto || !TrainingCheckpoints.IsFolder(from)))
            errors.Add(new("spec.checkpoint.continueFrom", from, "the UID of a run, beside uri and with resume: Auto"));
        if (checkpoint.GracePeriodSeconds is < 1 or > 86400)
            errors.Add(new("spec.checkpoint.gracePeriodSeconds", Text(checkpoint.GracePeriodSeconds), "1 to 86400"));
        if (checkpoint.IntervalSeconds is { } interval and (< 1 or > 86400))
            errors.Add(new("spec.checkpoint.intervalSeconds", Text(interval), "1 to 86400"));
    }

    private static void CheckTtl(TrainingTtl? ttl, List<FieldError> errors)
    {
        if (ttl?.SecondsAfterFinished is < 0 or > 315360000)
            errors.Add(new("spec.ttl.secondsAfterFinished", Text(ttl.SecondsAfterFinished), "0 to 315360000 (ten years)"));
    }

    private static void CheckSchedule(TrainingRunSpec spec, List<FieldError> errors)
    {
        const string Path = "spec.carbon.schedule";
        if (spec.Carbon?.Schedule is not { } schedule)
            return;
        if (schedule.Policy != TrainingSchedulePolicy.Immediate && schedule is { MaxDelaySeconds: null, CompleteBy: null })
            errors.Add(new(Path, schedule.Policy.ToString(), $"maxDelaySeconds, completeBy or both with {schedule.Policy}: a run does not wait without an end"));
        CheckInterruptible(spec, schedule, Path, errors);
        if (schedule.MaxDelaySeconds is { } delay and (< 1 or > TrainingCarbonSchedule.LongestDelaySeconds))
            errors.Add(new($"{Path}.maxDelaySeconds", Text(delay), $"1 to {Text(TrainingCarbonSchedule.LongestDelaySeconds)} (30 days)"));
        if (schedule.StartBelowGramsPerKwh is { } grams and (< 0 or > 3000))
            errors.Add(new($"{Path}.startBelowGramsPerKwh", Text(grams), "0 to 3000"));
    }

    private static void CheckInterruptible(TrainingRunSpec spec, TrainingCarbonSchedule schedule, string path, List<FieldError> errors)
    {
        var interruptible = schedule.Policy == TrainingSchedulePolicy.Interruptible;
        if (interruptible && spec.Checkpoint is not { Uri: not null, Resume: TrainingResume.Auto })
            errors.Add(new($"{path}.policy", schedule.Policy.ToString(), "LowestIntensity or Immediate; Interruptible only with spec.checkpoint.uri and resume: Auto, since a run that is paused goes on from its checkpoint"));
        if (interruptible && spec.Sweep is not null)
            errors.Add(new($"{path}.policy", schedule.Policy.ToString(), "LowestIntensity or Immediate with spec.sweep, which waits as a whole before its first trial"));
        foreach (var (name, seconds, least) in ((string, int?, int)[])[("minimumRunSeconds", schedule.MinimumRunSeconds, 60), ("resumeCostSeconds", schedule.ResumeCostSeconds, 0)])
        {
            if (seconds is { } given && (!interruptible || given < least || given > 86400))
                errors.Add(new($"{path}.{name}", Text(given), interruptible ? $"{Text(least)} to 86400" : "only with policy Interruptible"));
        }
    }

    private static void CheckRule(TrainingFailureRule rule, string path, List<FieldError> errors)
    {
        if (rule.OnExitCodes is null or { Count: 0 } && rule.OnReasons is null or { Count: 0 })
            errors.Add(new(path, rule.Name, "onExitCodes, onReasons or both"));
        foreach (var (index, code) in (rule.OnExitCodes ?? []).Index())
        {
            if (code is < 1 or > 255 or ExitYielded)
                errors.Add(new($"{path}.onExitCodes[{Text(index)}]", Text(code), "1 to 255 without 75, which is never a failure"));
        }

        foreach (var (index, reason) in (rule.OnReasons ?? []).Index())
        {
            var field = $"{path}.onReasons[{Text(index)}]";
            var disruption = TrainingFailureRules.Disruptions.Contains(reason);
            if (!disruption && !TrainingFailureRules.Failures.Contains(reason))
                errors.Add(new(field, reason, string.Join(", ", TrainingFailureRules.Failures.Concat(TrainingFailureRules.Disruptions))));
            else if (disruption && rule.Action != TrainingFailureAction.FailRun)
                errors.Add(new(field, reason, $"only with action FailRun: a disruption is always tried again and never counted as a failure; other reasons: {string.Join(", ", TrainingFailureRules.Failures)}"));
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex RuleName();
}
