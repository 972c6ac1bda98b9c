using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>An API server for one test: the fake one or a real one.</summary>
internal abstract class TestServer : IAsyncDisposable
{
    /// <summary>Namespace of the test.</summary>
    internal abstract string Space { get; }

    /// <summary>Address and credentials.</summary>
    internal abstract KubernetesClientConfiguration Configuration { get; }

    /// <summary>True when the cluster's own controllers run (Deployments, garbage collection).</summary>
    internal abstract bool HasControllers { get; }

    /// <summary>Between two looks of a test at the server.</summary>
    internal abstract TimeSpan Pause { get; }

    /// <summary>A connection of its own.</summary>
    internal abstract HttpMessageHandler NewHandler();

    public abstract ValueTask DisposeAsync();
}
