namespace ModelOperator.Carbon.Scheduling;

/// <summary>Work of constant power that may start now and must be done at the deadline.</summary>
/// <param name="Now">Earliest start.</param>
/// <param name="Deadline">Latest end.</param>
/// <param name="Duration">Time of work, without resumes.</param>
public sealed record ScheduleRequest(DateTimeOffset Now, DateTimeOffset Deadline, TimeSpan Duration)
{
    /// <summary>Shortest stretch of work worth starting; for interruptible schedules.</summary>
    public TimeSpan MinimumRun { get; init; }

    /// <summary>Cost of each resume, as time of work whose energy is spent again at the resume's intensity; it takes no time of the schedule.</summary>
    public TimeSpan ResumeCost { get; init; }

    /// <summary>The work is under way: a first stretch that begins now resumes nothing and may be of any length, and one that begins later is a resume as well.</summary>
    public bool AtWork { get; init; }
}
