namespace ModelOperator.Hosting;

/// <summary>The log of every process of this image.</summary>
internal static class ConsoleLog
{
    /// <summary>One line an entry, times in UTC, of the framework only warnings.</summary>
    public static void UseConsoleLog(this ILoggingBuilder logging)
    {
        logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.UseUtcTimestamp = true;
        });
        logging.AddFilter("Microsoft", LogLevel.Warning);
    }
}
