using System.Collections.Immutable;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.ModelVersions;

namespace ModelOperator.Registry;

/// <summary>Models, versions and aliases as rows; pure.</summary>
public static class ModelRows
{
    /// <summary>A version with its parent. Nothing when its name carries no number: such a version is registered nowhere.</summary>
    /// <param name="version">Version.</param>
    /// <param name="deletedAt">When it was found to be gone; null while it exists.</param>
    public static ImmutableArray<RegistryRow> Of(V1ModelVersion version, DateTimeOffset? deletedAt)
    {
        if (version.Metadata is not { Uid: not null, NamespaceProperty: { } space } || ModelVersionName.NumberOf(version) is not { } number)
            return [];
        return [RegistryTables.ModelNames.Row(("namespace", space), ("name", version.Spec.Model)), Version(version, space, number, deletedAt)];
    }

    /// <summary>
    /// A model with its aliases. The holders go before their aliases, so that an alias always has its version; an alias whose holder
    /// is not among <paramref name="versions"/> waits for it.
    /// </summary>
    /// <param name="model">Model.</param>
    /// <param name="versions">Finds versions of the model's namespace by name.</param>
    /// <param name="deletedAt">When it was found to be gone; null while it exists.</param>
    public static ImmutableArray<RegistryRow> Of(V1Model model, Func<string, V1ModelVersion?> versions, DateTimeOffset? deletedAt)
    {
        if (model.Metadata is not { Uid: { } uid, NamespaceProperty: { } space, Name: var name })
            return [];
        var rows = ImmutableArray.CreateBuilder<RegistryRow>();
        rows.Add(RegistryTables.Models.Row(
            ("namespace", space), ("name", name), ("uid", uid), ("description", model.Spec.Description), ("next_version", model.Status?.NextVersion),
            ("latest_version", model.Status?.LatestVersion), ("versions", model.Status?.Versions), ("created_at", model.Metadata.CreationTimestamp),
            ("deleted_at", deletedAt)));
        if (model.Status is null && deletedAt is null)
            return rows.ToImmutable();
        IReadOnlyList<HeldAlias> aliases = deletedAt is null ? model.Status?.Aliases ?? [] : [];
        rows.Add(RegistryTables.AliasesGivenUp.Row(
            ("namespace", space), ("model", name), ("kept", RegistryJson.Array(aliases.Select(static held => held.Name).Order(StringComparer.Ordinal)))));
        foreach (var held in aliases)
        {
            if (versions(held.Version) is not { } holder || holder.Spec.Model != name || ModelVersionName.NumberOf(holder) is not { } number)
                continue;
            rows.AddRange(Of(holder, null));
            rows.Add(RegistryTables.Aliases.Row(
                ("namespace", space), ("model", name), ("alias", held.Name), ("number", number), ("version", held.Version), ("owner", held.Owner)));
        }

        return rows.ToImmutable();
    }

    private static RegistryRow Version(V1ModelVersion version, string space, long number, DateTimeOffset? deletedAt)
    {
        var (spec, status) = (version.Spec, version.Status);
        var energy = status?.Energy ?? spec.Energy;
        // A run has one living version here, for its energy and emissions are those of one: a second that names it is kept without it.
        var run = Conditions.IsTrue(status?.Conditions, ModelVersionReasons.RunConflict) ? null : spec.TrainingRun;
        return RegistryTables.ModelVersions.Row(
            ("namespace", space), ("model", spec.Model), ("number", number), ("name", version.Metadata.Name), ("uid", version.Metadata.Uid),
            ("run_name", run?.Name), ("run_uid", run?.Uid), ("phase", (status?.Phase ?? ModelVersionPhase.Pending).ToString()),
            ("reason", status?.Reason), ("artifact_uri", spec.Artifact.Uri), ("artifact_digest", spec.Artifact.Digest), ("artifact_format", spec.Artifact.Format),
            ("artifact_size_bytes", status?.SizeBytes ?? spec.Artifact.SizeBytes), ("verified_digest", status?.VerifiedDigest), ("verified_at", status?.VerifiedTime),
            ("description", spec.Description), ("tags", RegistryJson.Strings(spec.Tags)), ("lineage", RegistryJson.Lineage(status?.Lineage ?? spec.Lineage)),
            ("metrics", RegistryJson.Metrics(status?.Metrics ?? spec.Metrics)), ("energy_milliwatt_hours", energy?.EnergyMilliwattHours),
            ("emissions_milligrams", energy?.EmissionsMilligrams), ("intensity_milligrams_per_kwh", energy?.IntensityMilligramsPerKwh),
            ("energy_method", energy?.Method), ("created_at", version.Metadata.CreationTimestamp), ("deleted_at", deletedAt),
            ("archived", spec.Archived), ("external_uri", spec.External?.Uri));
    }
}
