using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>Carries out the intents of one pass over one object.</summary>
/// <param name="context">Shared services.</param>
/// <param name="settled">Applies known to change nothing.</param>
/// <param name="kind">Plural of the reconciled kind.</param>
/// <param name="manager">Field manager.</param>
/// <param name="owner">The reconciled object.</param>
internal sealed class IntentExecutor(PlanContext context, SettledApplies settled, string kind, string manager, IKubernetesObject owner) : IIntentVisitor
{
    /// <summary>Annotation with a digest of the wanted fields: without it a field that is no longer wanted would go unnoticed.</summary>
    public const string DesiredAnnotation = "modeloperator.io/desired";

    /// <summary>Version of the reconciled object: the one seen, or that after our own writes to it in this pass.</summary>
    public string? OwnerVersion { get; private set; } = owner.Metadata.ResourceVersion;

    public async Task EnsureAsync<T>(EnsureIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var wish = intent.Mode == EnsureMode.CreateOnly ? "" : DesiredBody.Wish(intent, owner);
        if (context.Caches.Mark(intent.Descriptor, intent.Desired.Key) is var (uid, version)
            && settled.Holds(intent.Descriptor.Plural, intent.Desired.Key, wish, uid, version))
            return;
        var actual = context.Caches.Peek(intent.Descriptor, intent.Desired.Key);
        if (intent.Mode == EnsureMode.Apply)
        {
            // Absence from a cache proves nothing (selectors, lag): only the server's answer does.
            actual ??= await ReadAsync(intent.Descriptor, intent.Desired.Key, cancellationToken).ConfigureAwait(false);
            await ApplyAsync(intent, wish, await OursAsync(intent, actual, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            return;
        }

        // Where a cache says that there is nothing there most often is nothing: a create that finds its name taken is as good a question as a read.
        if (actual is null && intent.Mode == EnsureMode.CreateOnly && !context.Caches.StoresOf(intent.Descriptor).Any())
            actual = await ReadAsync(intent.Descriptor, intent.Desired.Key, cancellationToken).ConfigureAwait(false);
        var present = actual is null
            ? await CreateAsync(intent, cancellationToken).ConfigureAwait(false)
            : await OursAsync(intent, actual, cancellationToken).ConfigureAwait(false);
        if (present is not null && intent.Mode == EnsureMode.Replace)
            await ReplaceAsync(intent, wish, present, cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveAsync<T>(RemoveIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        if (context.Caches.Peek(intent.Descriptor, intent.Key) is { } seen && (seen.Metadata.Uid != intent.Uid || IsOnItsWay(seen, intent.Grace)))
            return;
        var options = new DeleteOptions
        {
            Preconditions = new Preconditions { Uid = intent.Uid },
            GracePeriodSeconds = intent.Grace is { } grace ? (long)Math.Ceiling(grace.TotalSeconds) : null,
            PropagationPolicy = PropagationPolicies.Background,
        };
        try
        {
            await context.Client.DeleteAsync(intent.Descriptor, intent.Key.Name, NullIfEmpty(intent.Key.Namespace), options, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (KubernetesException other) when (other.IsConflict)
        {
            // The name belongs to another incarnation by now: the one that should go is gone.
        }
    }

    public async Task FinalizeAsync<T>(FinalizerIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var target = intent.Target;
        if (target.HasFinalizer(intent.Finalizer) == intent.Present || (intent.Present && target.IsDeleting))
            return;
        var body = intent.Present ? FinalizerPatch.Add(target, intent.Finalizer) : FinalizerPatch.Remove(target, intent.Finalizer);
        try
        {
            var written = await context.Client.PatchAsync(
                intent.Descriptor, target.Metadata.Name, target.Metadata.NamespaceProperty, PatchKind.Json, body,
                new PatchOptions { FieldManager = manager }, cancellationToken).ConfigureAwait(false);
            Remember(intent.Descriptor, written);
        }
        catch (KubernetesException gone) when (gone.IsNotFound && !intent.Present)
        {
            // Nothing holds a finalizer any more.
        }
        catch (KubernetesException stale) when (stale.IsInvalid)
        {
            throw new StaleObjectException(intent.Descriptor.Kind, target.Key, stale);
        }
    }

    public async Task AnnotateAsync<T>(AnnotateIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var target = intent.Target;
        if (target.Metadata.Annotations?.GetValueOrDefault(intent.Annotation) == intent.Value)
            return;
        // The UID keeps a patch that was decided on a dead incarnation from touching its successor.
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = target.Metadata.Uid, ["annotations"] = new JsonObject { [intent.Annotation] = intent.Value } },
        };
        try
        {
            var written = await context.Client.PatchAsync(
                intent.Descriptor, target.Metadata.Name, target.Metadata.NamespaceProperty, PatchKind.Merge, PlanJson.Bytes(body),
                new PatchOptions { FieldManager = manager }, cancellationToken).ConfigureAwait(false);
            Remember(intent.Descriptor, written);
        }
        catch (KubernetesException gone) when (gone.IsNotFound)
        {
            // Nobody is left to be told.
        }
        catch (KubernetesException stale) when (stale.IsInvalid || stale.IsConflict)
        {
            throw new StaleObjectException(intent.Descriptor.Kind, target.Key, stale);
        }
    }

    public async Task PatchAsync<T>(JsonPatchIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var target = intent.Target;
        var body = new JsonArray(new JsonObject { ["op"] = "test", ["path"] = "/metadata/uid", ["value"] = target.Metadata.Uid });
        foreach (var operation in intent.Operations)
            body.Add(operation?.DeepClone());
        try
        {
            var written = await context.Client.PatchAsync(
                intent.Descriptor, target.Metadata.Name, target.Metadata.NamespaceProperty, PatchKind.Json, PlanJson.Bytes(body),
                new PatchOptions { FieldManager = manager }, cancellationToken).ConfigureAwait(false);
            Remember(intent.Descriptor, written);
        }
        catch (KubernetesException gone) when (gone.IsNotFound)
        {
            // The next pass sees that it is gone.
        }
        catch (KubernetesException stale) when (stale.IsInvalid)
        {
            throw new StaleObjectException(intent.Descriptor.Kind, target.Key, stale);
        }
    }

    public async Task ReplaceStatusAsync<T>(ReplaceStatusIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var desired = intent.Desired;
        if (JsonNode.DeepEquals(PlanJson.Status(intent.Seen, intent.Descriptor.Type), PlanJson.Status(desired, intent.Descriptor.Type)))
            return;
        if (desired.Metadata.Uid is null || desired.Metadata.ResourceVersion is null)
            throw new InvalidOperationException($"the status of {intent.Descriptor.Kind} {desired.Key} can be replaced only with uid and resourceVersion");
        var written = await context.Client.ReplaceStatusAsync(
            intent.Descriptor, desired, new WriteOptions { FieldManager = manager + "-status" }, cancellationToken).ConfigureAwait(false);
        Remember(intent.Descriptor, written);
    }

    /// <summary>Shows a write in the caches at once; where that cannot be, it is remembered until they show it.</summary>
    public void Remember<T>(EntityDescriptor<T> descriptor, T written)
        where T : class, IKubernetesObject
    {
        if (written.Metadata.Uid == owner.Metadata.Uid)
            OwnerVersion = written.Metadata.ResourceVersion;
        context.Caches.Merge(descriptor, written);
        context.OwnWrites.Record(kind, owner.Key, descriptor, written);
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static bool IsOnItsWay(IKubernetesObject seen, TimeSpan? grace) =>
        seen.IsDeleting && (grace is null || seen.Metadata.DeletionGracePeriodSeconds is not { } left || left <= grace.Value.TotalSeconds);

    private Task<T?> ReadAsync<T>(EntityDescriptor<T> descriptor, NamespacedName key, CancellationToken cancellationToken)
        where T : class, IKubernetesObject => context.Client.GetAsync(descriptor, key.Name, NullIfEmpty(key.Namespace), cancellationToken);

    private Task<T?> OursAsync<T>(EnsureIntent<T> intent, T? actual, CancellationToken cancellationToken)
        where T : class, IKubernetesObject =>
        actual is not null && intent.Owned && !actual.IsControlledBy(owner.Metadata.Uid) ? VerifyAsync(intent, cancellationToken) : Task.FromResult(actual);

    /// <returns>The object that was there already, and ours; null when it was created.</returns>
    private async Task<T?> CreateAsync<T>(EnsureIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var wanted = DesiredBody.Of(intent, owner);
        if (intent.Mode == EnsureMode.Replace)
            DesiredBody.Mark(wanted, DesiredAnnotation);
        var body = wanted.Deserialize(intent.Descriptor.Type) ?? throw new JsonException("an object serialised to null");
        try
        {
            var written = await context.Client.CreateAsync(
                intent.Descriptor, body, new WriteOptions { FieldManager = manager }, cancellationToken).ConfigureAwait(false);
            Remember(intent.Descriptor, written);
            return null;
        }
        catch (KubernetesException taken) when (taken.IsAlreadyExists)
        {
            // Created since we looked, perhaps by a call of ours whose answer was lost: whose it is decides.
            if (await VerifyAsync(intent, cancellationToken).ConfigureAwait(false) is not { } actual)
                throw new StaleObjectException(intent.Descriptor.Kind, intent.Desired.Key, taken);
            Remember(intent.Descriptor, actual);
            return actual;
        }
    }

    /// <summary>The whole object is ours: it is replaced on the version that was seen when it differs.</summary>
    private async Task ReplaceAsync<T>(EnsureIntent<T> intent, string wish, T actual, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var body = DesiredBody.Of(intent, owner);
        DesiredBody.Mark(body, DesiredAnnotation);
        if (IsMet(intent, wish, body, actual))
            return;
        body["metadata"]!["uid"] = actual.Metadata.Uid;
        body["metadata"]!["resourceVersion"] = actual.Metadata.ResourceVersion;
        var desired = body.Deserialize(intent.Descriptor.Type) ?? throw new JsonException("an object serialised to null");
        var written = await context.Client.ReplaceAsync(
            intent.Descriptor, desired, new WriteOptions { FieldManager = manager }, cancellationToken).ConfigureAwait(false);
        Remember(intent.Descriptor, written);
        settled.Record(intent.Descriptor.Plural, intent.Desired.Key, wish, written);
    }

    /// <summary>Whether the object has all that is wanted; then this is not compared again on this version of it.</summary>
    private bool IsMet<T>(EnsureIntent<T> intent, string wish, JsonObject body, T actual)
        where T : class, IKubernetesObject
    {
        if (settled.Holds(intent.Descriptor.Plural, intent.Desired.Key, wish, actual))
            return true;
        if (!JsonSubset.Holds(body, PlanJson.Object(actual, intent.Descriptor.Type)))
            return false;
        settled.Record(intent.Descriptor.Plural, intent.Desired.Key, wish, actual);
        return true;
    }

    private async Task<T?> VerifyAsync<T>(EnsureIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var actual = await ReadAsync(intent.Descriptor, intent.Desired.Key, cancellationToken).ConfigureAwait(false);
        if (actual is not null && intent.Owned && !actual.IsControlledBy(owner.Metadata.Uid))
            throw new NameConflictException(intent.Descriptor.Kind, intent.Desired.Key, actual.Controller);
        return actual;
    }

    private async Task ApplyAsync<T>(EnsureIntent<T> intent, string wish, T? actual, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var key = intent.Desired.Key;
        var body = DesiredBody.Of(intent, owner);
        DesiredBody.Mark(body, DesiredAnnotation);
        if (actual is not null)
        {
            if (IsMet(intent, wish, body, actual))
                return;
            // The UID keeps an apply that was decided on a dead incarnation from touching its successor.
            body["metadata"]!["uid"] = actual.Metadata.Uid;
        }

        try
        {
            var written = await context.Client.ApplyAsync(
                intent.Descriptor, key.Name, NullIfEmpty(key.Namespace), PlanJson.Bytes(body), new ApplyOptions { FieldManager = manager }, cancellationToken)
                .ConfigureAwait(false);
            Remember(intent.Descriptor, written);
            settled.Record(intent.Descriptor.Plural, key, wish, written);
        }
        catch (KubernetesException refused) when (refused.IsInvalid && actual is not null)
        {
            // A foreign UID answers 422 like any wrong field: look which it is.
            if ((await ReadAsync(intent.Descriptor, key, cancellationToken).ConfigureAwait(false))?.Metadata.Uid != actual.Metadata.Uid)
                throw new StaleObjectException(intent.Descriptor.Kind, key, refused);
            throw;
        }
    }
}
