namespace ModelOperator.Trainer;

/// <summary>Ends the trainer with an exit code and one line that says what to change.</summary>
public sealed class TrainerException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="Trainer.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Step of the checkpoint that was left; null when none was.</summary>
    public int? CheckpointStep { get; init; }

    internal static TrainerException Usage(string message) => new(Trainer.ExitCode.Usage, message);

    internal static TrainerException BadData(string message) => new(Trainer.ExitCode.Data, message);
}
