using System.Diagnostics;
using System.Globalization;

namespace ModelOperator.Server.Tests;

/// <summary>The model server as a process of its own, of the model that <see cref="ServerHarness.TrainAsync"/> left in a folder.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, int port) => (_process, Client) = (process, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") });

    internal HttpClient Client { get; }

    internal static ServerProcess Start(string folder, int port, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "modelop-server.dll")]);
        start.Environment["MODELOP_MODEL_NAME"] = "toys";
        start.Environment["MODELOP_MODEL_VERSION"] = "toys-3";
        start.Environment["MODELOP_MODEL_DIR"] = Path.Combine(folder, "output");
        start.Environment["MODELOP_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        // Killed, it would leave its debuggers' sockets and pipes behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ServerProcess(Process.Start(start)!, port);
    }

    /// <summary>Status of readiness; 0 where nobody answers.</summary>
    internal async Task<int> StatusAsync()
    {
        try
        {
            using var response = await Client.GetAsync(new Uri("/v2/health/ready", UriKind.Relative));
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>Waits until it is ready.</summary>
    internal async Task ReadyAsync()
    {
        for (var began = TimeProvider.System.GetTimestamp(); await StatusAsync() != 200; await Task.Delay(10))
            Assert.True(!_process.HasExited && TimeProvider.System.GetElapsedTime(began).TotalSeconds < 120, "the server has ended, or was not ready within 120 s");
    }

    /// <summary>SIGTERM.</summary>
    internal async Task TerminateAsync()
    {
        using var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>SIGKILL: no handler runs, nothing is sent.</summary>
    internal Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync();
    }

    /// <summary>Its exit code, when it has ended.</summary>
    internal async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        Client.Dispose();
    }
}
