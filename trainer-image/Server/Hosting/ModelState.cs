using ModelOperator.Server.Models;

namespace ModelOperator.Server.Hosting;

/// <summary>What this server can do right now.</summary>
internal sealed class ModelState
{
    private ServedModel? _model;
    private volatile bool _draining;

    /// <summary>The model once it is loaded and checked.</summary>
    internal ServedModel? Model
    {
        get => Volatile.Read(ref _model);
        set => Volatile.Write(ref _model, value);
    }

    /// <summary>SIGTERM has come; requests are still served.</summary>
    internal bool IsDraining
    {
        get => _draining;
        set => _draining = value;
    }

    internal bool IsReady => Model is not null && !IsDraining;

    internal string Name => IsDraining ? "draining" : Model is null ? "loading" : "ready";
}
