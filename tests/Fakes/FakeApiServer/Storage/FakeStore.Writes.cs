using System.Globalization;
using System.Text.Json.Nodes;
using Owners = System.Collections.Immutable.ImmutableDictionary<ModelOperator.Fakes.ManagerKey, System.Collections.Immutable.ImmutableHashSet<string>>;

namespace ModelOperator.Fakes;

/// <content>Create, update, apply.</content>
internal sealed partial class FakeStore
{
    private static readonly string[] ServerFields = ["uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds"];

    internal JsonObject Create(FakeResource resource, string? namespaceName, JsonObject body, string manager, bool dryRun)
    {
        lock (_lock)
        {
            var metadata = Metadata(resource, body, namespaceName);
            if (metadata["resourceVersion"] is not null)
                throw FakeApiException.BadRequest("resourceVersion should not be set on objects to be created");
            if (metadata["name"] is null && (string?)metadata["generateName"] is { } prefix)
                metadata["name"] = prefix + (++_names).ToString("x5", CultureInfo.InvariantCulture);
            var name = NameOf(resource, metadata);
            if (Find(resource, namespaceName, name) is not null)
                throw new FakeApiException(409, "AlreadyExists", $"{resource.Plural} \"{name}\" already exists");
            if (resource.HasStatus)
                body.Remove("status");
            var ownership = new Ownership(_tree).Update(null, body, Owners.Empty, new ManagerKey(manager, "Update", string.Empty));
            return Insert(resource, namespaceName, body, ownership, dryRun);
        }
    }

    /// <summary>PUT and the patches: <paramref name="change"/> turns the live object (a copy) into the wanted one.</summary>
    internal JsonObject Update(
        FakeResource resource,
        string? namespaceName,
        string name,
        string? subresource,
        Func<JsonObject, JsonObject> change,
        string manager,
        bool dryRun,
        bool isPut = false)
    {
        lock (_lock)
        {
            var old = Find(resource, namespaceName, name) ?? throw FakeApiException.NotFound(resource, name);
            var live = old.ToJson();
            var next = change(old.ToJson());
            CheckIdentity(resource, old, Metadata(resource, next, namespaceName), subresource, isPut);
            next = Split(resource, live, next, subresource);
            var key = new ManagerKey(manager, "Update", subresource ?? string.Empty);
            return Save(resource, old, live, next, new Ownership(_tree).Update(live, next, old.Owners, key), dryRun);
        }
    }

    internal (JsonObject Json, bool Created) Apply(
        FakeResource resource, string? namespaceName, string name, string? subresource, JsonObject body, string manager, bool force, bool dryRun)
    {
        lock (_lock)
        {
            var metadata = Metadata(resource, body, namespaceName);
            if (metadata["managedFields"] is not null)
                throw FakeApiException.BadRequest("metadata.managedFields must be nil");
            metadata["name"] ??= name;
            var old = Find(resource, namespaceName, name);
            var applied = OwnPart(resource, body, subresource);
            var key = new ManagerKey(manager, "Apply", subresource ?? string.Empty);
            if (old is null)
                return (ApplyNew(resource, namespaceName, name, subresource, applied, key, dryRun), true);
            CheckIdentity(resource, old, metadata, subresource, isPut: false);
            var live = old.ToJson();
            Strip(applied);
            var (next, owners) = new Ownership(_tree).Apply(live, applied, old.Owners, key, force);
            return (Save(resource, old, live, next, owners, dryRun), false);
        }
    }

    private static void Strip(JsonObject applied)
    {
        var metadata = applied["metadata"]!.AsObject();
        foreach (var field in (string[])["resourceVersion", .. ServerFields])
            metadata.Remove(field);
    }

    private JsonObject ApplyNew(
        FakeResource resource, string? namespaceName, string name, string? subresource, JsonObject applied, ManagerKey key, bool dryRun)
    {
        if (subresource is not null)
            throw FakeApiException.NotFound(resource, name);
        if (applied["metadata"]!["uid"] is { } uid)
            throw FakeApiException.Conflict(resource, name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
        Strip(applied);
        var owners = Owners.Empty.Add(key, [.. _tree.Leaves(applied).Keys]);
        return Insert(resource, namespaceName, applied, owners, dryRun);
    }

    private JsonObject Insert(FakeResource resource, string? namespaceName, JsonObject body, Owners owners, bool dryRun)
    {
        var metadata = body["metadata"]!.AsObject();
        var name = NameOf(resource, metadata);
        foreach (var field in ServerFields)
            metadata.Remove(field);
        if (namespaceName is not null)
            metadata["namespace"] = namespaceName;
        metadata["uid"] = $"00000000-0000-4000-8000-{++_uids:x12}";
        metadata["creationTimestamp"] = Now();
        if (resource.HasGeneration)
            metadata["generation"] = 1;
        body["apiVersion"] = resource.ApiVersion;
        body["kind"] = resource.Kind;
        Check(resource, name, body, null);
        return dryRun ? body : Adopt(Commit(resource, "ADDED", body, null, owners));
    }

    private JsonObject Save(FakeResource resource, StoredObject old, JsonObject live, JsonObject next, Owners owners, bool dryRun)
    {
        var metadata = next["metadata"]!.AsObject();
        var before = live["metadata"]!.AsObject();
        foreach (var field in (string[])["name", "namespace", .. ServerFields])
            Copy(before, metadata, field);
        Check(resource, old.Name, next, live);
        if (resource.HasGeneration && !SameExcept(live, next, "metadata", "status"))
            metadata["generation"] = ((long?)before["generation"] ?? 0) + 1;
        if (old.IsDeleting && AddsFinalizer(before, metadata))
            throw FakeApiException.Invalid(resource, old.Name, "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted");
        metadata["resourceVersion"] = old.Version.ToString(CultureInfo.InvariantCulture);
        Copy(before, metadata, "managedFields");
        if (dryRun || (JsonNode.DeepEquals(live, next) && SameOwners(old.Owners, owners)))
            return next;
        var stored = Commit(resource, "MODIFIED", next, old, owners);
        return stored.IsDeleting && !stored.HasFinalizers ? Erase(resource, stored) : stored.ToJson();
    }

    private static void Check(FakeResource resource, string name, JsonObject next, JsonObject? old)
    {
        resource.Default?.Invoke(next);
        if (resource.Validate?.Invoke(next, old) is { } why)
            throw FakeApiException.Invalid(resource, name, why);
    }

    // A main write keeps the old status; a status write keeps everything else, metadata included.
    private static JsonObject Split(FakeResource resource, JsonObject live, JsonObject next, string? subresource)
    {
        if (subresource == "status")
        {
            var result = live.DeepClone().AsObject();
            result["status"] = next["status"]?.DeepClone();
            return result;
        }

        if (resource.HasStatus)
            Copy(live, next, "status");
        return next;
    }

    private static JsonObject OwnPart(FakeResource resource, JsonObject body, string? subresource)
    {
        if (subresource == "status")
        {
            return new JsonObject
            {
                ["apiVersion"] = body["apiVersion"]?.DeepClone(),
                ["kind"] = body["kind"]?.DeepClone(),
                ["metadata"] = new JsonObject { ["name"] = body["metadata"]!["name"]!.DeepClone() },
                ["status"] = body["status"]?.DeepClone(),
            };
        }

        if (resource.HasStatus)
            body.Remove("status");
        return body;
    }

    private static JsonObject Metadata(FakeResource resource, JsonObject body, string? namespaceName)
    {
        if ((string?)body["kind"] is { } kind && kind != resource.Kind)
            throw FakeApiException.BadRequest($"kind {kind} does not match {resource.Kind}");
        if ((string?)body["apiVersion"] is { } version && version != resource.ApiVersion)
            throw FakeApiException.BadRequest($"the API version in the data ({version}) does not match the expected API version ({resource.ApiVersion})");
        var metadata = body["metadata"] as JsonObject ?? throw FakeApiException.BadRequest("metadata is missing");
        if ((string?)metadata["namespace"] is { } given && given != namespaceName)
            throw FakeApiException.BadRequest($"the namespace of the provided object does not match the namespace sent on the request ({given})");
        return metadata;
    }

    private static string NameOf(FakeResource resource, JsonObject metadata) =>
        (string?)metadata["name"] is { Length: > 0 and <= 253 } name
            ? name
            : throw FakeApiException.Invalid(resource, string.Empty, "metadata.name: Required value: name or generateName is required");

    // As seen on a real 1.20: a PUT takes the UID as a precondition (409), a patch or apply of the main resource finds the field
    // immutable (422), and a patch or apply of the status ignores it.
    private static void CheckIdentity(FakeResource resource, StoredObject old, JsonObject metadata, string? subresource, bool isPut)
    {
        var checkedFields = new JsonObject { ["resourceVersion"] = metadata["resourceVersion"]?.DeepClone() };
        if (isPut)
            checkedFields["uid"] = metadata["uid"]?.DeepClone();
        CheckPreconditions(resource, old, checkedFields);
        if (!isPut && subresource is null && (string?)metadata["uid"] is { Length: > 0 } uid && uid != old.Uid)
            throw FakeApiException.Invalid(resource, old.Name, $"metadata.uid: Invalid value: \"{uid}\": field is immutable");
    }

    private static void CheckPreconditions(FakeResource resource, StoredObject old, JsonObject metadata)
    {
        if ((string?)metadata["uid"] is { Length: > 0 } uid && uid != old.Uid)
            throw FakeApiException.Conflict(resource, old.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {old.Uid}");
        if ((string?)metadata["resourceVersion"] is { Length: > 0 } version && version != old.Version.ToString(CultureInfo.InvariantCulture))
            throw FakeApiException.Conflict(resource, old.Name, "the object has been modified; please apply your changes to the latest version and try again");
    }

    private static bool AddsFinalizer(JsonObject before, JsonObject after)
    {
        var known = before["finalizers"] as JsonArray ?? [];
        return (after["finalizers"] as JsonArray ?? []).Any(f => known.All(k => (string?)k != (string?)f));
    }

    private static bool SameExcept(JsonObject left, JsonObject right, params string[] ignored)
    {
        static JsonObject Without(JsonObject of, string[] fields)
        {
            var copy = of.DeepClone().AsObject();
            foreach (var field in fields)
                copy.Remove(field);
            return copy;
        }

        return JsonNode.DeepEquals(Without(left, ignored), Without(right, ignored));
    }

    private static bool SameOwners(Owners left, Owners right) =>
        left.Count == right.Count && left.All(l => right.TryGetValue(l.Key, out var fields) && fields.SetEquals(l.Value));

    private static void Copy(JsonObject from, JsonObject to, string field)
    {
        to.Remove(field);
        if (from[field] is { } value)
            to[field] = value.DeepClone();
    }
}
