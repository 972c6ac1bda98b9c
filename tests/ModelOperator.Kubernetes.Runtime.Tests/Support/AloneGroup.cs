namespace ModelOperator.Kubernetes.Runtime.Tests.Support;

/// <summary>Tests that measure the process's heap: nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneGroup
{
    public const string Name = "alone";
}
