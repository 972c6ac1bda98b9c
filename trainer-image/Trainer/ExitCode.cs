namespace ModelOperator.Trainer;

/// <summary>The trainer contract's exit codes (sysexits.h where it has one).</summary>
public static class ExitCode
{
    /// <summary>The result is in the output directory.</summary>
    public const int Done = 0;

    /// <summary>Something that nobody foresaw.</summary>
    public const int Unexpected = 1;

    /// <summary>A parameter is unknown or malformed, or the environment breaks the contract. Trying again does not help.</summary>
    public const int Usage = 64;

    /// <summary>The data cannot be trained on. Trying again does not help.</summary>
    public const int Data = 65;

    /// <summary>The asked device or a library is not there.</summary>
    public const int Unavailable = 69;

    /// <summary>Asked to stop: state is in the checkpoint directory, run again to go on. Never a failure.</summary>
    public const int Yielded = 75;
}
