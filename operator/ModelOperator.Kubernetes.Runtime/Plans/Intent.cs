using System.Text.Json.Nodes;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>One wanted change of one object; data. The executor carries it out, skips it when nothing would change, and fences it by UID.</summary>
public abstract record Intent
{
    private protected Intent()
    {
    }

    /// <summary>
    /// The object exists with these fields, owned by the reconciled object. Fields that it does not name are left alone.
    /// A namesake that somebody else controls is never touched: <see cref="NameConflictException"/>.
    /// </summary>
    /// <param name="descriptor">Kind.</param>
    /// <param name="desired">The object with exactly the fields to own. It is not changed.</param>
    /// <param name="mode">How it is written.</param>
    /// <param name="owned">Whether the reconciled object becomes its controller.</param>
    public static Intent Ensure<T>(EntityDescriptor<T> descriptor, T desired, EnsureMode mode = EnsureMode.Apply, bool owned = true)
        where T : class, IKubernetesObject => new EnsureIntent<T>(descriptor, desired, mode, owned);

    /// <summary>That incarnation of the object is deleted. Skipped when it is gone or on its way already.</summary>
    /// <param name="descriptor">Kind.</param>
    /// <param name="target">The object as it was seen; its UID is the precondition.</param>
    /// <param name="grace">Grace period; the object's own when null; zero deletes at once.</param>
    public static Intent Remove<T>(EntityDescriptor<T> descriptor, T target, TimeSpan? grace = null)
        where T : class, IKubernetesObject =>
        new RemoveIntent<T>(descriptor, target.Key, target.Metadata.Uid ?? throw new ArgumentException("the object has no uid", nameof(target)), grace);

    /// <summary>The finalizer is on the object. Skipped when it is there, or when the object is being deleted.</summary>
    public static Intent AddFinalizer<T>(EntityDescriptor<T> descriptor, T target, string finalizer)
        where T : class, IKubernetesObject => new FinalizerIntent<T>(descriptor, target, finalizer, true);

    /// <summary>The finalizer is not on the object. Skipped when it is not there.</summary>
    public static Intent RemoveFinalizer<T>(EntityDescriptor<T> descriptor, T target, string finalizer)
        where T : class, IKubernetesObject => new FinalizerIntent<T>(descriptor, target, finalizer, false);

    /// <summary>
    /// One annotation of that incarnation of an object has this value; nothing else of it changes. Skipped when it has it, and when the
    /// object is gone.
    /// </summary>
    /// <param name="descriptor">Kind.</param>
    /// <param name="target">The object as it was seen; its UID is the precondition.</param>
    /// <param name="annotation">Key.</param>
    /// <param name="value">Value.</param>
    public static Intent Annotate<T>(EntityDescriptor<T> descriptor, T target, string annotation, string value)
        where T : class, IKubernetesObject => new AnnotateIntent<T>(descriptor, target, annotation, value);

    /// <summary>
    /// A JSON patch (RFC 6902) of that incarnation of somebody else's object, for fields in lists that server-side apply takes for atomic.
    /// Its own <c>test</c> operations say what must still be so: where it is not, the pass is repeated. Skipped when the object is gone.
    /// </summary>
    /// <param name="descriptor">Kind.</param>
    /// <param name="target">The object as it was seen; its UID is tested first.</param>
    /// <param name="operations">Operations, in order.</param>
    public static Intent Patch<T>(EntityDescriptor<T> descriptor, T target, JsonArray operations)
        where T : class, IKubernetesObject => new JsonPatchIntent<T>(descriptor, target, operations);

    /// <summary>
    /// Another object's status is replaced by compare-and-swap: <paramref name="desired"/> is the object as it was seen
    /// (<c>with { Status = ... }</c>), its resourceVersion the precondition. Skipped when the status is the same.
    /// </summary>
    public static Intent ReplaceStatus<T>(EntityDescriptor<T> descriptor, T seen, T desired)
        where T : class, IKubernetesObject => new ReplaceStatusIntent<T>(descriptor, seen, desired);

    internal abstract Task AcceptAsync(IIntentVisitor visitor, CancellationToken cancellationToken);
}
