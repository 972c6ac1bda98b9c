using System.Diagnostics.CodeAnalysis;
using System.Text;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Hosting;

/// <summary>Loads a version that stays, beside the running endpoints. A model that cannot be served ends the process: waiting would not mend it.</summary>
internal sealed partial class ModelLoader(
    ModelState state, ServerOptions options, TimeProvider time, IHostApplicationLifetime application, ILogger<ModelLoader> logger) : BackgroundService
{
    /// <summary>Exit code for a model that cannot be served, as sysexits.h has it for bad data.</summary>
    internal const int BadModel = 65;

    /// <summary>What the process should exit with.</summary>
    internal int ExitCode { get; private set; }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The slot owns the model.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var slot = state.Slots[0];
        var books = slot.Books!;
        try
        {
            await StartedAsync(stoppingToken);
            var started = time.GetTimestamp();
            var model = await ServedModel.LoadAsync(slot.Settings.Directory, slot.Settings.Variant, slot.Settings.Signature, null, stoppingToken);
            _ = slot.Switch(books, model);
            if (model.WhyLibrary is { } reason)
                LogLibrary(books.Version, reason);
            LogReady(books.Version, model.Predictor, model.Digest, model.Document.Samples.Count, time.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped while loading.
        }
        catch (Exception failure)
        {
            Fail(books.Version, failure);
        }
    }

    // Stopping an application that is still starting looks like a failed start.
    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = application.ApplicationStarted.Register(source.SetResult);
        await source.Task.WaitAsync(cancellationToken);
    }

    private void Fail(string version, Exception failure)
    {
        var message = failure is ModelFormatException or DllNotFoundException ? failure.Message : failure.ToString();
        LogFailed(version, message);
        ExitCode = BadModel;
        WriteTermination($"model {version} cannot be served: {message}");
        application.StopApplication();
    }

    private void WriteTermination(string message)
    {
        // Outside of a Pod there is no such device, and none should be made.
        if (options.TerminationLog.StartsWith("/dev/", StringComparison.Ordinal) && !File.Exists(options.TerminationLog))
            return;
        try
        {
            var bytes = Encoding.UTF8.GetBytes(message);
            File.WriteAllBytes(options.TerminationLog, bytes[..Math.Min(bytes.Length, 4096)]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogTermination(failure.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Model {Version} ({Digest}) is ready after {Milliseconds:0} ms, predicted by {Predictor}; {Samples} sample predictions were reproduced")]
    private partial void LogReady(string version, string predictor, string digest, int samples, double milliseconds);

    [LoggerMessage(4, LogLevel.Warning, "Model {Version} is predicted by libxgboost, which is slower for single rows: {Reason}")]
    private partial void LogLibrary(string version, string reason);

    [LoggerMessage(2, LogLevel.Critical, "Model {Version} cannot be served: {Reason}")]
    private partial void LogFailed(string version, string reason);

    [LoggerMessage(3, LogLevel.Warning, "The termination message could not be written: {Reason}")]
    private partial void LogTermination(string reason);
}
