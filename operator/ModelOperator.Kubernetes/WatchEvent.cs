namespace ModelOperator.Kubernetes;

/// <summary>One event of a watch.</summary>
/// <typeparam name="T">Kind.</typeparam>
/// <param name="Type">What happened. Errors are thrown as <see cref="KubernetesException"/>, never surfaced as events.</param>
/// <param name="Object">The object after the event; for Deleted its last state; null for Bookmark.</param>
/// <param name="ResourceVersion">Version to resume the watch from after this event.</param>
public sealed record WatchEvent<T>(WatchEventType Type, T? Object, string ResourceVersion)
    where T : class, IKubernetesObject;
