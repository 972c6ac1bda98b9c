using System.Collections;
using System.Diagnostics;

namespace ModelOperator.Trainer.Tests;

public sealed class SignalTests
{
    [Fact]
    public async Task SIGTERM_checkpoints_and_the_next_process_ends_with_the_same_model()
    {
        (string, string)[] parameters = [("ROUNDS", "3000"), ("SUBSAMPLE", "0.8")];
        using var whole = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await RunAsync(whole.Variables(parameters), terminateAt: null));
        using var parts = new TrainerHarness();
        Assert.Equal(ExitCode.Yielded, await RunAsync(parts.Variables(parameters), terminateAt: "round=50 "));
        Assert.True(File.Exists(Path.Combine(parts.Checkpoint, "COMPLETE")));
        Assert.Equal(ExitCode.Done, await RunAsync(parts.Variables([.. parameters, ("MODELOP_RESUME_FROM", parts.Checkpoint)]), terminateAt: null));
        Assert.Equal(whole.Digest(), parts.Digest());
    }

    /// <summary>Runs the trainer as a process of its own, which is told to stop when it prints a line that begins so.</summary>
    internal static async Task<int> RunAsync(Hashtable variables, string? terminateAt)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "modelop-trainer.dll")]) { RedirectStandardOutput = true };
        foreach (DictionaryEntry variable in variables)
            start.Environment[(string)variable.Key] = (string?)variable.Value;
        using var process = Process.Start(start)!;
        try
        {
            return await FollowAsync(process, terminateAt);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static async Task<int> FollowAsync(Process process, string? terminateAt)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (terminateAt is not null && line.StartsWith(terminateAt, StringComparison.Ordinal))
            {
                using var kill = Process.Start("sh", ["-c", $"kill -TERM {process.Id}"]);
                await kill.WaitForExitAsync();
            }
        }

        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
