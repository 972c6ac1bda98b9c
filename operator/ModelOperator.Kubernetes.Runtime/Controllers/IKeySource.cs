using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>Where a controller's keys come from.</summary>
internal interface IKeySource
{
    /// <summary>Adds a key for every change from now on.</summary>
    void Subscribe(Action<NamespacedName, QueuePriority> add);

    /// <summary>Every key that the cache knows.</summary>
    IEnumerable<NamespacedName> All();
}
