namespace ModelOperator.Carbon.Scheduling;

/// <summary>Work that pauses above one intensity and goes on below another.</summary>
/// <param name="Work">The work, its minimum run and what a resume costs.</param>
/// <param name="PauseAbove">Work pauses where the intensity is higher.</param>
/// <param name="ResumeBelow">Work begins and goes on where it is lower; at most <paramref name="PauseAbove"/>. Between the two everything stays as it is.</param>
public sealed record ThresholdRequest(ScheduleRequest Work, CarbonIntensity PauseAbove, CarbonIntensity ResumeBelow)
{
    /// <summary>Shortest pause worth making.</summary>
    public TimeSpan MinimumPause { get; init; }
}
