namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>The running side of a cache, whatever its kind.</summary>
public interface IInformer
{
    /// <summary>Name in metrics and logs.</summary>
    string Name { get; }

    /// <summary>Whether the first whole list is in.</summary>
    bool HasSynced { get; }

    /// <summary>Time since the API server was last heard: a list, an event, a bookmark.</summary>
    TimeSpan Silent { get; }

    /// <summary>Time since the loop last turned, failures included: large only when it hangs, not when the server is down.</summary>
    TimeSpan Idle { get; }

    /// <summary>Lists and watches until cancelled.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    Task RunAsync(CancellationToken cancellationToken);
}
