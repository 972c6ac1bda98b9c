using System.Collections;
using ModelOperator.Torch;
using ModelOperator.XGBoost;

namespace ModelOperator.Trainer;

/// <summary>Turns a run and its failures into the contract's exit code, one line on standard error and the termination message.</summary>
public static class TrainerProgram
{
    public static async Task<int> RunAsync(IDictionary variables, TimeProvider time, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        TrainerEnvironment? environment = null;
        int code;
        string message;
        int? checkpoint = null;
        try
        {
            environment = TrainerEnvironment.Read(variables);
            var result = await new TrainerRun(environment, time, output, errors).RunAsync(stop);
            TerminationMessage.Write(environment.TerminationLog, TerminationMessage.Of(result));
            return ExitCode.Done;
        }
        catch (TrainerException failure)
        {
            (code, message, checkpoint) = (failure.ExitCode, failure.Message, failure.CheckpointStep);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            (code, message) = (ExitCode.Yielded, "asked to stop before there was anything to checkpoint; the next attempt starts over");
        }
        catch (Exception failure) when (failure is XGBoostException or TorchException)
        {
            (code, message) = (ExitCode.Unexpected, failure.Message);
        }
        catch (Exception failure)
        {
            // The stack is for whoever mends the trainer; the line below is for whoever runs it.
            await errors.WriteLineAsync(failure.ToString());
            (code, message) = (ExitCode.Unexpected, $"unexpected {failure.GetType().Name}: {failure.Message}");
        }

        await errors.WriteLineAsync($"{(code == ExitCode.Yielded ? "yielded" : "error")}: {message}");
        TerminationMessage.Write(environment?.TerminationLog, checkpoint is { } step ? TerminationMessage.Of(message, step) : TerminationMessage.Of(message));
        return code;
    }
}
