namespace ModelOperator.ModelVersions;

/// <summary>Finds the versions that gates hold others against.</summary>
internal static class ModelGateBaselines
{
    /// <summary>Holders of the aliases that the model's gates name.</summary>
    /// <param name="model">Model.</param>
    /// <param name="judged">Version that is judged; it is not held against itself. Null for one that does not exist yet.</param>
    /// <param name="versions">Finds versions by name.</param>
    public static IReadOnlyList<GateBaseline> Of(V1Model model, string? judged, Func<string, V1ModelVersion?> versions)
    {
        var named = (model.Spec.Gates?.Metrics ?? []).Select(static gate => gate.BaselineAlias).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var baselines = new List<GateBaseline>();
        foreach (var alias in (model.Status?.Aliases ?? []).Where(alias => named.Contains(alias.Name) && alias.Version != judged))
        {
            if (versions(alias.Version) is { } holder)
                baselines.Add(new GateBaseline(alias.Name, alias.Version, holder.Status?.Metrics ?? holder.Spec.Metrics ?? []));
        }

        return baselines;
    }
}
