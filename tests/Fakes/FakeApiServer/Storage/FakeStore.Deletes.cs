using System.Text.Json.Nodes;

namespace ModelOperator.Fakes;

/// <content>Delete, finalizers and garbage collection.</content>
internal sealed partial class FakeStore
{
    private const string Foreground = "foregroundDeletion";

    internal JsonObject Delete(FakeResource resource, string? namespaceName, string name, JsonObject? deleteOptions, bool dryRun)
    {
        lock (_lock)
        {
            var old = Find(resource, namespaceName, name) ?? throw FakeApiException.NotFound(resource, name);
            if (deleteOptions?["preconditions"] is JsonObject preconditions)
                CheckPreconditions(resource, old, preconditions);
            if (dryRun)
                return old.ToJson();
            return (string?)deleteOptions?["propagationPolicy"] switch
            {
                "Foreground" when options.CollectGarbage && Dependents(old.Uid).Count > 0 => DeleteInForeground(resource, old),
                "Orphan" when options.CollectGarbage => DeleteAndOrphan(resource, old),
                _ => old.HasFinalizers || IsGraceful(resource, old, deleteOptions) ? MarkDeleting(resource, old, []) : Erase(resource, old),
            };
        }
    }

    private bool IsGraceful(FakeResource resource, StoredObject pod, JsonObject? deleteOptions) =>
        options.PodsDieGracefully
        && resource is { Group: "", Plural: "pods" }
        && (long?)deleteOptions?["gracePeriodSeconds"] != 0
        && pod.ToJson() is var json
        && json["spec"]?["nodeName"] is not null
        && (string?)json["status"]?["phase"] is not ("Succeeded" or "Failed");

    private JsonObject DeleteInForeground(FakeResource resource, StoredObject old)
    {
        var result = MarkDeleting(resource, old, [Foreground]);
        foreach (var dependent in Dependents(old.Uid))
            Delete(dependent.Resource, dependent.Namespace, dependent.Name, null, false);
        FinishForeground(old.Uid);
        return result;
    }

    private JsonObject DeleteAndOrphan(FakeResource resource, StoredObject old)
    {
        foreach (var dependent in Dependents(old.Uid))
        {
            var json = dependent.ToJson();
            var refs = json["metadata"]!["ownerReferences"]!.AsArray();
            foreach (var reference in refs.Where(r => (string?)r!["uid"] == old.Uid).ToList())
                refs.Remove(reference);
            Commit(dependent.Resource, "MODIFIED", json, dependent, dependent.Owners);
        }

        return old.HasFinalizers ? MarkDeleting(resource, old, []) : Erase(resource, old);
    }

    private JsonObject MarkDeleting(FakeResource resource, StoredObject old, string[] finalizers)
    {
        if (old.IsDeleting)
            return old.ToJson();
        var json = old.ToJson();
        var metadata = json["metadata"]!.AsObject();
        metadata["deletionTimestamp"] = Now();
        metadata["deletionGracePeriodSeconds"] = resource.Plural == "pods" ? 30 : 0;
        if (resource.HasGeneration)
            metadata["generation"] = ((long?)metadata["generation"] ?? 0) + 1;
        foreach (var finalizer in finalizers)
        {
            if (metadata["finalizers"] is not JsonArray list)
                metadata["finalizers"] = list = [];
            list.Add(finalizer);
        }

        return Commit(resource, "MODIFIED", json, old, old.Owners).ToJson();
    }

    private JsonObject Erase(FakeResource resource, StoredObject old)
    {
        var gone = Commit(resource, "DELETED", old.ToJson(), old, old.Owners);
        if (!options.CollectGarbage)
            return gone.ToJson();
        foreach (var dependent in Dependents(gone.Uid))
        {
            if (dependent.OwnerUids.All(u => u == gone.Uid || !Exists(u)))
                Delete(dependent.Resource, dependent.Namespace, dependent.Name, null, false);
        }

        foreach (var owner in gone.OwnerUids)
            FinishForeground(owner);
        return gone.ToJson();
    }

    // An object whose owners are gone before it came is garbage from the start.
    private JsonObject Adopt(StoredObject stored)
    {
        if (!options.CollectGarbage || stored.OwnerUids.Count == 0 || stored.OwnerUids.Any(Exists))
            return stored.ToJson();
        var json = stored.ToJson();
        Delete(stored.Resource, stored.Namespace, stored.Name, null, dryRun: false);
        return json;
    }

    private void FinishForeground(string uid)
    {
        if (Dependents(uid).Count > 0 || ByUid(uid) is not { IsDeleting: true } owner)
            return;
        var json = owner.ToJson();
        if (json["metadata"]!["finalizers"] is not JsonArray list || list.FirstOrDefault(f => (string?)f == Foreground) is not { } mark)
            return;
        list.Remove(mark);
        var stored = Commit(owner.Resource, "MODIFIED", json, owner, owner.Owners);
        if (!stored.HasFinalizers)
            Erase(owner.Resource, stored);
    }

    private List<StoredObject> Dependents(string uid) =>
        [.. _tables.Values.SelectMany(t => t.Objects.Values).Where(o => o.OwnerUids.Contains(uid))];

    private StoredObject? ByUid(string uid) => _tables.Values.SelectMany(t => t.Objects.Values).FirstOrDefault(o => o.Uid == uid);

    private bool Exists(string uid) => ByUid(uid) is not null;
}
