namespace ModelOperator.Server.Models;

/// <summary>On what models predict, and how.</summary>
/// <param name="Device">What predicts.</param>
/// <param name="Time">For the wait of a batch.</param>
internal sealed record PredictorTerms(ServingDevice Device, TimeProvider Time)
{
    /// <summary>Without a GPU.</summary>
    internal static PredictorTerms Cpu { get; } = new(ServingDevice.Cpu, TimeProvider.System);

    /// <summary>The most rows of one call of a GPU.</summary>
    internal int BatchRows { get; init; } = 1024;

    /// <summary>How long the first request of a batch waits where the GPU is free.</summary>
    internal TimeSpan BatchDelay { get; init; }

    /// <summary>See <see cref="ServerOptions.RehearsesCuda"/>.</summary>
    internal bool Rehearsal { get; init; }

    /// <summary>Told of a failed call of a GPU, and of how many it is the last in a row.</summary>
    internal Action<Exception, int> Failed { get; init; } = static (_, _) => { };

    /// <summary>For predictions on processors that take long.</summary>
    internal PredictionTurns Turns { get; init; } = new(Environment.ProcessorCount);

    internal static PredictorTerms Of(ServerOptions options, TimeProvider time, PredictionTurns turns, Action<Exception, int> failed) => new(options.Device, time)
    {
        Turns = turns,
        BatchRows = options.BatchRows,
        BatchDelay = options.BatchDelay,
        Rehearsal = options.RehearsesCuda,
        Failed = failed,
    };
}
