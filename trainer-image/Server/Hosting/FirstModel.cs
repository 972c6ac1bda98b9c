using System.Diagnostics.CodeAnalysis;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Hosting;

/// <summary>
/// The model of a server whose version stays. Its loading begins before there is a host: each takes about as long as the other, and a request to a server at zero waits for both.
/// One for a GPU is loaded when it is asked for, since somebody must be there to be told of a GPU that fails.
/// </summary>
internal sealed class FirstModel : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ModelSettings _settings;
    private readonly Task<ServedModel>? _loading;

    internal FirstModel(ServerOptions options, TimeProvider time, PredictionTurns turns)
    {
        _settings = options.Models[0];
        if (options.Device == ServingDevice.Cpu)
            _loading = Task.Run(() => LoadAsync(PredictorTerms.Of(options, time, turns, static (_, _) => { })));
    }

    /// <summary>The model when it is loaded and checked, to one caller, who owns it. Errors are those of <see cref="ServedModel.LoadAsync"/>.</summary>
    /// <param name="device">Tells on what a model predicts that is not for a processor.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The caller owns the model.")]
    internal Task<ServedModel> TakeAsync(DeviceWatch device, CancellationToken cancellationToken)
    {
        cancellationToken.Register(_stop.Cancel);
        return _loading ?? LoadAsync(device.Terms);
    }

    public void Dispose() => _stop.Dispose();

    private Task<ServedModel> LoadAsync(PredictorTerms terms) => ServedModel.LoadAsync(_settings.Directory, _settings.Variant, _settings.Signature, null, terms, _stop.Token);
}
