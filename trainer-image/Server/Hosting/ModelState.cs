using System.Collections.Immutable;
using ModelOperator.Server.Models;
using ModelOperator.Server.PredictionLogs;

namespace ModelOperator.Server.Hosting;

/// <summary>What this server can do right now.</summary>
internal sealed class ModelState(ServerOptions options, TimeProvider time, PredictionLog? log = null) : IDisposable
{
    private volatile bool _draining;

    /// <summary>The models, in the order of the settings.</summary>
    internal ImmutableArray<ModelSlot> Slots { get; } = [.. options.Models.Select(model => new ModelSlot(model, options, time, log))];

    /// <summary>The model, where there is one and paths need not name it.</summary>
    internal ModelSlot? Only => Slots is [var slot] ? slot : null;

    /// <summary>SIGTERM has come; requests are still served.</summary>
    internal bool IsDraining
    {
        get => _draining;
        set => _draining = value;
    }

    /// <summary>Every model answers.</summary>
    internal bool IsReady => Slots.All(IsReadyFor);

    internal string Name => IsDraining ? "draining" : IsReady ? "ready" : "loading";

    internal bool IsReadyFor(ModelSlot slot) => slot.Current is not null && !IsDraining;

    /// <summary>The model of a name; null for none.</summary>
    internal ModelSlot? Find(string name)
    {
        foreach (var slot in Slots)
        {
            if (slot.Name == name)
                return slot;
        }

        return null;
    }

    public void Dispose()
    {
        foreach (var slot in Slots)
            slot.Dispose();
    }
}
