using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Owners = System.Collections.Immutable.ImmutableDictionary<ModelOperator.Fakes.ManagerKey, System.Collections.Immutable.ImmutableHashSet<string>>;

namespace ModelOperator.Fakes;

/// <summary>Who owns which fields, and what server-side apply does with it. Pure.</summary>
internal sealed class Ownership(FieldTree tree)
{
    /// <summary>Applies; returns the new object and owners. Throws 409 when a field of another manager would change without force.</summary>
    internal (JsonObject Json, Owners Owners) Apply(JsonObject live, JsonObject applied, Owners owners, ManagerKey manager, bool force)
    {
        var wanted = tree.Leaves(applied);
        var before = tree.Leaves(live);
        var changed = wanted.Where(w => before.TryGetValue(w.Key, out var old) && old != w.Value).Select(w => w.Key).ToHashSet();
        var others = owners.Remove(manager);
        if (!force)
            Refuse(others, changed);
        var result = live.DeepClone().AsObject();
        var dropped = owners.GetValueOrDefault(manager, []).Except(wanted.Keys).Where(p => !others.Values.Any(o => o.Contains(p)));
        tree.Remove(result, dropped);
        tree.Merge(result, applied);
        var after = Without(others, changed);
        return (result, wanted.Count == 0 ? after : after.SetItem(manager, [.. wanted.Keys]));
    }

    /// <summary>Owners after an ordinary write: what changed belongs to the writer, what vanished to nobody.</summary>
    internal Owners Update(JsonObject? live, JsonObject next, Owners owners, ManagerKey manager)
    {
        var before = live is null ? [] : tree.Leaves(live);
        var after = tree.Leaves(next);
        var changed = after.Where(a => !before.TryGetValue(a.Key, out var old) || old != a.Value).Select(a => a.Key).ToHashSet();
        var gone = before.Keys.Where(b => !after.ContainsKey(b));
        var rest = Without(owners, [.. changed, .. gone]);
        return changed.Count == 0 ? rest : rest.SetItem(manager, rest.GetValueOrDefault(manager, []).Union(changed));
    }

    private static void Refuse(Owners others, HashSet<string> changed)
    {
        var conflict = others.SelectMany(o => o.Value.Where(changed.Contains).Select(p => $"conflict with \"{o.Key.Manager}\": {FieldTree.Display(p)}"));
        var text = string.Join("; ", conflict.Order(StringComparer.Ordinal));
        if (text.Length > 0)
            throw new FakeApiException(409, "Conflict", "Apply failed: " + text);
    }

    private static Owners Without(Owners owners, HashSet<string> paths)
    {
        if (paths.Count == 0)
            return owners;
        foreach (var (manager, fields) in owners)
        {
            var kept = fields.Except(paths);
            if (kept.Count != fields.Count)
                owners = kept.Count == 0 ? owners.Remove(manager) : owners.SetItem(manager, kept);
        }

        return owners;
    }
}
