using System.Globalization;

namespace ModelOperator.Artifacts;

/// <summary>Surroundings of a transfer command: environment, clock and console, and how its failures become exit codes.</summary>
/// <param name="Command">Name of the sub-command.</param>
/// <param name="Variable">Environment.</param>
/// <param name="Time">Clock.</param>
/// <param name="Output">Progress lines.</param>
/// <param name="Errors">Failures.</param>
public sealed record TransferHost(string Command, Func<string, string?> Variable, TimeProvider Time, TextWriter Output, TextWriter Errors)
{
    /// <summary>The process's own surroundings.</summary>
    public static TransferHost FromProcess(string command) =>
        new(command, Environment.GetEnvironmentVariable, TimeProvider.System, Console.Out, Console.Error);

    /// <summary>Bounds of retries; MODELOP_RETRY_SECONDS sets the window.</summary>
    /// <exception cref="FormatException">The number is none.</exception>
    public RetryOptions Retries()
    {
        var text = Variable("MODELOP_RETRY_SECONDS");
        if (string.IsNullOrEmpty(text))
            return RetryOptions.Default;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 86400
            ? RetryOptions.Default with { Window = TimeSpan.FromSeconds(seconds) }
            : throw new FormatException($"MODELOP_RETRY_SECONDS must be seconds between 0 and 86400, not '{text}'");
    }

    /// <summary>Runs a command body, writes the termination message and returns the exit code.</summary>
    internal async Task<int> RunAsync(
        IReadOnlyList<string> args, Func<TransferHost, CancellationToken, Task<byte[]>> body, CancellationToken cancellationToken)
    {
        try
        {
            if (args.Count > 0)
                throw new TransferException(TransferFailure.Usage, "InvalidArguments", $"{Command} takes no arguments, got '{args[0]}'");
            var message = await body(this, cancellationToken);
            await TerminationMessage.WriteAsync(Variable, message, Errors, cancellationToken);
            return ExitCodes.Done;
        }
        catch (TransferException failure)
        {
            return await FailAsync(CodeOf(failure.Kind), failure.Reason, failure.Message);
        }
        catch (FormatException failure)
        {
            return await FailAsync(ExitCodes.Usage, "InvalidSettings", failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return await FailAsync(ExitCodes.InputOutput, "WorkspaceNotReadable", failure.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await FailAsync(ExitCodes.Unavailable, "Interrupted", $"{Command} was told to stop");
        }
    }

    private async Task<int> FailAsync(int code, string reason, string message)
    {
        await Errors.WriteLineAsync($"modeloperator {Command}: {reason}: {message}");
        await TerminationMessage.WriteAsync(Variable, TerminationMessage.Failure(reason, message), Errors, CancellationToken.None);
        return code;
    }

    private static int CodeOf(TransferFailure kind) => kind switch
    {
        TransferFailure.Unavailable => ExitCodes.Unavailable,
        TransferFailure.Denied => ExitCodes.NoPermission,
        TransferFailure.NotFound => ExitCodes.NotFound,
        TransferFailure.BadData => ExitCodes.BadData,
        TransferFailure.Local => ExitCodes.InputOutput,
        _ => ExitCodes.Usage,
    };
}
