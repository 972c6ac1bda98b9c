namespace ModelOperator.Artifacts;

/// <summary>Exit codes of the sub-commands; the run's room decides by them whether to try again.</summary>
public static class ExitCodes
{
    /// <summary>All done.</summary>
    public const int Done = 0;

    /// <summary>Bad settings; permanent (EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>Bad data: a digest that differs, a result that is none; permanent (EX_DATAERR).</summary>
    public const int BadData = 65;

    /// <summary>The input does not exist; permanent (EX_NOINPUT).</summary>
    public const int NotFound = 66;

    /// <summary>The store or source cannot be reached; try again, it counts as a disruption (EX_UNAVAILABLE).</summary>
    public const int Unavailable = 69;

    /// <summary>The local volume cannot be read or is full; permanent (EX_IOERR).</summary>
    public const int InputOutput = 74;

    /// <summary>The source refuses access; permanent (EX_NOPERM).</summary>
    public const int NoPermission = 77;
}
