using System.Text;

namespace ModelOperator.Server.Hosting;

/// <summary>Ends the process for a reason that waiting would not mend, and tells the kubelet which.</summary>
internal sealed partial class ServerExit(ServerOptions options, IHostApplicationLifetime application, ILogger<ServerExit> logger)
{
    /// <summary>Exit code for a model that cannot be served, as sysexits.h has it for bad data.</summary>
    internal const int BadModel = 65;

    /// <summary>Exit code for a device that is not there or fails, as sysexits.h has it for what is unavailable.</summary>
    internal const int NoDevice = 69;

    /// <summary>What the process should exit with.</summary>
    internal int Code { get; private set; }

    /// <summary>Stops the server. The first reason counts.</summary>
    internal void Fail(int code, string message)
    {
        if (Code != 0)
            return;
        Code = code;
        if (WriteTermination(options, message) is { } reason)
            LogTermination(reason);
        application.StopApplication();
    }

    /// <summary>Writes the termination message.</summary>
    /// <returns>Why it could not be written; null where it was, or where there is nothing to write to.</returns>
    internal static string? WriteTermination(ServerOptions options, string message)
    {
        // Outside of a Pod there is no such device, and none should be made.
        if (options.TerminationLog.StartsWith("/dev/", StringComparison.Ordinal) && !File.Exists(options.TerminationLog))
            return null;
        try
        {
            var bytes = Encoding.UTF8.GetBytes(message);
            File.WriteAllBytes(options.TerminationLog, bytes[..Math.Min(bytes.Length, 4096)]);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The termination message could not be written: {Reason}")]
    private partial void LogTermination(string reason);
}
