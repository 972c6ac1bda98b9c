namespace ModelOperator.Registry;

/// <content>Log messages; event ids 2600 to 2619. Nothing here may show the connection string.</content>
public sealed partial class RegistryDatabase
{
    [LoggerMessage(2600, LogLevel.Information, "The history's database {Target} is there")]
    private partial void LogUp(string target);

    [LoggerMessage(2601, LogLevel.Warning, "The history's database {Target} cannot be used: {Problem}. Nothing else waits for it; history is written when it is back")]
    private partial void LogDown(string target, string problem);

    [LoggerMessage(2602, LogLevel.Information, "The history's schema was migrated: applied {Versions}")]
    private partial void LogMigrated(string versions);

    [LoggerMessage(2603, LogLevel.Error, "The history's database refused rows of {Subject}: SQLSTATE {SqlState}, constraint {Constraint}: {Problem}")]
    private partial void LogRejected(string subject, string sqlState, string constraint, string problem);
}
