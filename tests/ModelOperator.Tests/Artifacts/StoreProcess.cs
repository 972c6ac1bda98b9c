using System.Diagnostics;

namespace ModelOperator.Tests.Artifacts;

/// <summary><c>modeloperator store</c> as a child process of its own, to be killed for real.</summary>
public sealed class StoreProcess : IDisposable
{
    private readonly Process _process;

    private StoreProcess(Process process) => _process = process;

    public static async Task<StoreProcess> StartAsync(string root, string keyFile, int port, string? wrapper = null, params (string Name, string Value)[] environment)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "modeloperator.dll");
        var start = wrapper is null
            ? new ProcessStartInfo("dotnet", [program, "store"])
            : new ProcessStartInfo("/bin/sh", ["-c", wrapper, "sh", program]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["MODELOP_STORE_ROOT"] = root;
        start.Environment["MODELOP_STORE_KEY_FILE"] = keyFile;
        start.Environment["MODELOP_STORE_LISTEN"] = $"http://127.0.0.1:{port}";
        // Killed, it would leave its debuggers' sockets and pipes behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var errors = process.StandardError.ReadToEndAsync();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        await Eventually.TrueAsync(async () =>
        {
            if (process.HasExited)
                Assert.Fail($"the store exited with {process.ExitCode}: {await errors}");
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"));
                return answer.IsSuccessStatusCode;
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
            {
                return false;
            }
        });
        return new StoreProcess(process);
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
