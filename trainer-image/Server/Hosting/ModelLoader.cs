using System.Diagnostics.CodeAnalysis;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Hosting;

/// <summary>Lets a version that stays answer when it is loaded, beside the running endpoints. A model that cannot be served ends the process: waiting would not mend it.</summary>
internal sealed partial class ModelLoader(
    ModelState state, FirstModel first, DeviceWatch device, TimeProvider time, ServerExit exit, IHostApplicationLifetime application, ILogger<ModelLoader> logger) : BackgroundService
{
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The slot owns the model.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var slot = state.Slots[0];
        var books = slot.Books!;
        try
        {
            await StartedAsync(stoppingToken);
            var model = await first.TakeAsync(device, stoppingToken);
            _ = slot.Switch(books, model);
            if (model.WhyLibrary is { } reason)
                LogLibrary(books.Version, reason);
            LogReady(books.Version, model.Predictor, model.DeviceName, model.Digest, model.Document.Samples.Count, model.LoadTime.TotalMilliseconds);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped while loading.
        }
        catch (Exception failure)
        {
            Fail(slot, books.Version, failure);
        }
    }

    // Stopping an application that is still starting looks like a failed start.
    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = application.ApplicationStarted.Register(source.SetResult);
        await source.Task.WaitAsync(cancellationToken);
    }

    private void Fail(ModelSlot slot, string version, Exception failure)
    {
        var message = failure is ModelFormatException or DllNotFoundException or DeviceUnavailableException or DeviceFailedException ? failure.Message : failure.ToString();
        LogFailed(version, message);
        // For those who ask before the process is gone.
        slot.Refuse(new VersionRefusal(null, failure.Message, time.GetTimestamp()));
        exit.Fail(failure is DeviceUnavailableException or DeviceFailedException ? ServerExit.NoDevice : ServerExit.BadModel, $"model {version} cannot be served: {message}");
    }

    [LoggerMessage(1, LogLevel.Information, "Model {Version} ({Digest}) is ready after {Milliseconds:0} ms, predicted by {Predictor} on {Device}; {Samples} sample predictions were reproduced")]
    private partial void LogReady(string version, string predictor, string device, string digest, int samples, double milliseconds);

    [LoggerMessage(4, LogLevel.Warning, "Model {Version} is predicted by libxgboost, which is slower for single rows: {Reason}")]
    private partial void LogLibrary(string version, string reason);

    [LoggerMessage(2, LogLevel.Critical, "Model {Version} cannot be served: {Reason}")]
    private partial void LogFailed(string version, string reason);
}
