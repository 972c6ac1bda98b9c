using System.Collections.Concurrent;
using ModelOperator.Kubernetes.Runtime.Controllers;

namespace ModelOperator.Kubernetes.Runtime.Tests.Support;

/// <summary>A controller whose pass is a function of the test; it records what it was given.</summary>
public sealed class ScriptedController : IEntityController<V1Widget>
{
    private readonly ConcurrentDictionary<string, int> _active = new();
    private readonly ConcurrentQueue<string> _passes = new();
    private readonly ConcurrentQueue<string> _missing = new();

    public Func<V1Widget, CancellationToken, Task<ReconciliationResult>> Pass { get; set; } = (_, _) => Task.FromResult(ReconciliationResult.Done);

    /// <summary>Names in the order of their passes.</summary>
    public IReadOnlyList<string> Passes => [.. _passes];

    public IReadOnlyList<string> Missing => [.. _missing];

    /// <summary>Set when two passes of one object overlapped.</summary>
    public bool Overlapped { get; private set; }

    public int PassesOf(string name) => _passes.Count(n => n == name);

    public async Task<ReconciliationResult> ReconcileAsync(V1Widget entity, CancellationToken cancellationToken)
    {
        var name = entity.Metadata.Name;
        if (_active.AddOrUpdate(name, 1, (_, n) => n + 1) > 1)
            Overlapped = true;
        _passes.Enqueue(name);
        try
        {
            return await Pass(entity, cancellationToken);
        }
        finally
        {
            _active.AddOrUpdate(name, 0, (_, n) => n - 1);
        }
    }

    public Task<ReconciliationResult> ReconcileMissingAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        _missing.Enqueue(key.Name);
        return Task.FromResult(ReconciliationResult.Done);
    }
}
