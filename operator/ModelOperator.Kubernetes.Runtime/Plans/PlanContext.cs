using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Events;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>What every executor needs; one per process.</summary>
/// <param name="Client">API server.</param>
/// <param name="Caches">Caches to compare with.</param>
/// <param name="OwnWrites">Memory of own writes.</param>
/// <param name="Recorder">Events.</param>
public sealed record PlanContext(IKubernetesClient Client, Caches Caches, OwnWrites OwnWrites, IEventRecorder Recorder);
