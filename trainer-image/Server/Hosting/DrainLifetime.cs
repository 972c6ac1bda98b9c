using System.Runtime.InteropServices;

namespace ModelOperator.Server.Hosting;

/// <summary>
/// On SIGTERM or SIGINT: not ready at once, requests served on for the drain time so that load balancers notice, then an orderly stop
/// that waits for running requests.
/// </summary>
internal sealed partial class DrainLifetime(
    ModelState state, ServerOptions options, TimeProvider time, IHostApplicationLifetime application, ILogger<DrainLifetime> logger) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly CancellationTokenSource _stopped = new();

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _stopped.CancelAsync();

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _stopped.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (state.IsDraining)
            return;
        state.IsDraining = true;
        LogDraining(options.DrainTime.TotalSeconds);
        _ = DrainAsync();
    }

    private async Task DrainAsync()
    {
        try
        {
            await Task.Delay(options.DrainTime, time, _stopped.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped for another reason meanwhile.
        }

        application.StopApplication();
    }

    [LoggerMessage(1, LogLevel.Information, "Asked to stop: not ready any more, serving for another {Seconds} s")]
    private partial void LogDraining(double seconds);
}
