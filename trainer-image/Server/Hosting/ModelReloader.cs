using System.Diagnostics.CodeAnalysis;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Hosting;

/// <summary>
/// Serves what the models' links lead to: loads a new version beside the one that answers, checks it, switches, and waits until the old one is freed. One version is loaded at
/// a time, so at most one more than there are models is in memory. A version that cannot be served changes nothing.
/// </summary>
internal sealed partial class ModelReloader(ModelState state, ServerOptions options, DeviceWatch device, TimeProvider time, ILogger<ModelReloader> logger) : BackgroundService
{
    // It may have failed for reasons that pass, such as memory.
    private static readonly TimeSpan RetryTime = TimeSpan.FromMinutes(1);

    private readonly Dictionary<ModelSlot, string> _served = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.ReloadInterval, time);
        try
        {
            do
            {
                foreach (var slot in state.Slots)
                    await LookAsync(slot, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped, perhaps while loading.
        }
    }

    private async Task LookAsync(ModelSlot slot, CancellationToken cancellationToken)
    {
        string? folder = null;
        try
        {
            folder = VersionFolder.Find(slot.Settings.Directory);
            // A link that is taken away takes no model out of service.
            if (folder is null)
                return;
            if (_served.GetValueOrDefault(slot) == folder)
                slot.Accept();
            else if (!WasRefused(slot, folder))
                await LoadAsync(slot, folder, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            Refuse(slot, folder, failure);
        }
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The slot owns the model.")]
    private async Task LoadAsync(ModelSlot slot, string folder, CancellationToken cancellationToken)
    {
        var version = VersionFolder.Read(folder);
        var model = await ServedModel.LoadAsync(VersionFolder.Files(folder), null, version.Signature, version.Digest, device.Terms, cancellationToken);
        var freed = slot.Switch(slot.BooksOf(version.Version) ?? new VersionBooks(options, time, slot.Name, version.Version), model);
        _served[slot] = folder;
        LogServed(slot.Name, version.Version, model.Digest, model.LoadTime.TotalMilliseconds, model.Predictor, model.DeviceName, model.Document.Samples.Count);
        if (model.WhyLibrary is { } reason)
            LogLibrary(version.Version, reason);
        await freed.WaitAsync(cancellationToken);
    }

    private bool WasRefused(ModelSlot slot, string? folder) =>
        slot.Refused is { } refusal && refusal.Folder == folder && time.GetElapsedTime(refusal.At) < RetryTime;

    private void Refuse(ModelSlot slot, string? folder, Exception failure)
    {
        // The link may have moved on, and the folder be gone, while it was read: that is no fault of a version.
        if (WasRefused(slot, folder) || (folder is not null && Moved(slot, folder)))
            return;
        slot.Refuse(new VersionRefusal(folder, failure.Message, time.GetTimestamp()));
        var reason = failure is ModelFormatException or DllNotFoundException or IOException or DeviceUnavailableException or DeviceFailedException ? failure.Message : failure.ToString();
        LogRefused(slot.Name, folder ?? VersionFolder.Link, slot.Books?.Version ?? "nothing", reason);
    }

    private static bool Moved(ModelSlot slot, string folder)
    {
        try
        {
            return VersionFolder.Find(slot.Settings.Directory) != folder;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Model {Model} is served in version {Version} ({Digest}) after {Milliseconds:0} ms, predicted by {Predictor} on {Device}; {Samples} sample predictions were reproduced")]
    private partial void LogServed(string model, string version, string digest, double milliseconds, string predictor, string device, int samples);

    [LoggerMessage(2, LogLevel.Warning, "Model {Version} is predicted by libxgboost, which is slower for single rows: {Reason}")]
    private partial void LogLibrary(string version, string reason);

    [LoggerMessage(3, LogLevel.Error, "Model {Model} cannot be served from {Folder}; {Version} answers on: {Reason}")]
    private partial void LogRefused(string model, string folder, string version, string reason);
}
