namespace ModelOperator.TrainingRuns;

/// <content>Metrics of a trainer that wrote none into result.json or its metrics file: those of its log.</content>
public static partial class TrainingRunPlanner
{
    /// <summary>How long a log that cannot be read is asked for again before the run ends without it.</summary>
    public static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(60);

    /// <summary>The end with the log's metrics where it lacks any; null while the log is still asked for.</summary>
    private static AttemptEnd? WithLoggedMetrics(TrainingRunDraft draft, AttemptEnd end, TrainingRank rank)
    {
        if (end.Reason != TrainingRunReasons.ResultWithoutMetrics || rank is not { Pod: { } pod, Reading: { } reading }
            || draft.Observed.Logged is not { } logged || logged.PodUid != pod.Metadata.Uid)
            return end;
        if (logged.Metrics.Count > 0 && Artifacts.TerminationMessage.TryReadPublish(reading.PublishEnded?.Message) is { } report)
        {
            var found = report with { Metrics = new Dictionary<string, double>(logged.Metrics) };
            return new AttemptEnd(AttemptEndKind.Published, TrainingRunReasons.Succeeded, $"Published {report.Model.Digest}; its metrics are those of the log.", end.ExitCode, found);
        }

        if (logged.Problem is not { } problem)
            return end;
        if (reading.PublishEnded?.FinishedAt is { } finished && draft.Now < finished + LogPatience)
        {
            draft.LookAgain(TimeSpan.FromSeconds(5));
            return null;
        }

        return end with { Message = $"{end.Message} The trainer's log, which may have some, cannot be read: {problem}" };
    }
}
