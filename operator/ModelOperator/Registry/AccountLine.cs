namespace ModelOperator.Registry;

/// <summary>One line of the accounts: sums over runs and over hours of serving. Null is not known of any of them.</summary>
public sealed record AccountLine
{
    /// <summary>Model, dataset, framework, region, user, run, phase or server.</summary>
    public required string Key { get; init; }

    /// <summary>Currency of the cost; lines of several currencies are not added up.</summary>
    public string? Currency { get; init; }

    /// <summary>Cost of the runs that have one, in millionths of the currency.</summary>
    public long? CostMicros { get; init; }

    /// <summary>Runs.</summary>
    public required long Runs { get; init; }

    /// <summary>Runs without a cost because something of them has no price.</summary>
    public required long RunsWithoutCost { get; init; }

    /// <summary>Hours of servers and gateways without a cost because something of them has no price.</summary>
    public long ServingHoursWithoutCost { get; init; }

    /// <summary>Requests that gateways answered 2xx, of the hours in which they are known.</summary>
    public long? Predictions { get; init; }

    /// <summary>Energy with the overhead of the facility.</summary>
    public long? EnergyMilliwattHours { get; init; }

    /// <summary>Emissions as they are known now.</summary>
    public long? EmissionsMilligrams { get; init; }

    /// <summary>Emissions as they were booked when the runs ended.</summary>
    public long? BookedMilligrams { get; init; }

    /// <summary>Seconds that trainers ran and that Pods of servers and gateways were there; of a phase, seconds that it took.</summary>
    public long? Seconds { get; init; }

    /// <summary>The part of them that nothing came of.</summary>
    public long? LostSeconds { get; init; }

    /// <summary>Seconds that GPUs were held.</summary>
    public long? GpuSeconds { get; init; }

    /// <summary>Of them while trainers ran: idle by the mean utilisation, of the runs whose utilisation is known.</summary>
    public long? IdleGpuSeconds { get; init; }

    /// <summary>Of them while trainers ran: lost with attempts that nothing came of.</summary>
    public long? LostGpuSeconds { get; init; }

    /// <summary>Seconds of CPU cores that were asked for and not used, of the runs that told.</summary>
    public long? IdleCpuSeconds { get; init; }

    /// <summary>What was asked for beside what was used, of one run or server.</summary>
    public AccountUsage? Usage { get; init; }

    /// <summary>Advice, for one run or server.</summary>
    public IReadOnlyList<string>? Advice { get; init; }
}
