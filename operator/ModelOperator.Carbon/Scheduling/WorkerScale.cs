namespace ModelOperator.Carbon.Scheduling;

/// <summary>What a number of workers does and draws.</summary>
/// <param name="Throughput">Work per hour, where one worker does 1.</param>
/// <param name="Power">Power of all of them together.</param>
public readonly record struct WorkerScale(double Throughput, Power Power);
