using System.Collections.Immutable;
using ModelOperator.CanaryDeployments;

namespace ModelOperator.ModelVersions;

/// <summary>
/// Who holds which alias. One writer per alias, in this order: git (<c>Model.spec.aliases</c>), a CanaryDeployment
/// (<c>spec.alias</c>: its stable version), else the highest Ready version that asks. An alias never names a version that does not
/// exist: when a writer names such a one, the last holder stays if it is still there.
/// </summary>
/// <param name="Aliases">Aliases with a holder, by name.</param>
/// <param name="Problems">What a person has to put right, the most pressing first.</param>
public sealed record AliasTable(ImmutableArray<HeldAlias> Aliases, ImmutableArray<AliasProblem> Problems)
{
    /// <summary>Most aliases of one model.</summary>
    public const int MaxAliases = 128;

    private const string Git = "Git";
    /// <summary>Owner of an alias that versions ask for themselves.</summary>
    public const string Version = "Version";

    /// <summary>Computes the table; pure.</summary>
    /// <param name="model">The model with its present aliases.</param>
    /// <param name="versions">The model's versions that are not being deleted, by name.</param>
    /// <param name="canaries">The model's canaries that are not being deleted.</param>
    public static AliasTable Of(V1Model model, IReadOnlyDictionary<string, V1ModelVersion> versions, IReadOnlyList<V1CanaryDeployment> canaries)
    {
        var writers = new Writers(model, versions, canaries);
        var problems = writers.Problems();
        var held = new List<HeldAlias>();
        foreach (var alias in writers.Names())
        {
            var (wanted, owner, problem) = writers.Wanted(alias);
            if (problem is not null)
                problems.Add(problem);
            var last = model.Status?.Aliases?.FirstOrDefault(known => known.Name == alias)?.Version;
            var holder = wanted ?? (last is not null && versions.ContainsKey(last) ? last : null);
            if (holder is not null && owner is not null)
                held.Add(new HeldAlias { Name = alias, Version = holder, Owner = owner });
        }
        if (held.Count > MaxAliases)
            problems.Add(new AliasProblem(ModelReasons.TooManyAliases, $"{held.Count} aliases are asked for, only the first {MaxAliases} by name are in force"));
        return new AliasTable([.. held.Take(MaxAliases)], [.. problems]);
    }

    private sealed class Writers(V1Model model, IReadOnlyDictionary<string, V1ModelVersion> versions, IReadOnlyList<V1CanaryDeployment> canaries)
    {
        private readonly List<ModelAlias> _git = [.. (model.Spec.Aliases ?? []).DistinctBy(static alias => alias.Name)];

        public IEnumerable<string> Names() =>
            _git.Select(static alias => alias.Name)
                .Concat(canaries.Select(static canary => canary.Spec.Alias).OfType<string>())
                .Concat(versions.Values.SelectMany(static version => version.Spec.Aliases ?? []))
                .Distinct(StringComparer.Ordinal)
                .Where(static alias => ModelAliasName.Refusal(alias) is null)
                .Order(StringComparer.Ordinal);

        /// <summary>Problems of names, apart from those of holders.</summary>
        public List<AliasProblem> Problems()
        {
            var problems = new List<AliasProblem>();
            foreach (var alias in _git)
            {
                if (Canaries(alias.Name) is [var canary, ..])
                    problems.Add(new AliasProblem(
                        ModelReasons.AliasOwnedByCanary,
                        $"alias {alias.Name} is both in this Model's spec.aliases (git, in force) and spec.alias of CanaryDeployment {canary.Metadata.Name}; remove one of the two"));
            }
            foreach (var name in canaries.Select(static canary => canary.Spec.Alias).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                if (Canaries(name) is [var first, var second, ..])
                    problems.Add(new AliasProblem(
                        ModelReasons.AliasOwnedByTwoCanaries,
                        $"alias {name} is spec.alias of CanaryDeployment {first.Metadata.Name} (in force) and of {second.Metadata.Name}; remove one of the two"));
            }
            problems.AddRange(InvalidNames());
            return problems;
        }

        /// <summary>The version that an alias should name, who says so, and what is in the way.</summary>
        public (string? Holder, string? Owner, AliasProblem? Problem) Wanted(string alias)
        {
            if (_git.Find(entry => entry.Name == alias) is { } git)
                return (IsReady(git.Version) ? git.Version : null, Git, GitProblem(git));
            if (Canaries(alias) is [var canary, ..])
                return CanaryWants(alias, canary);
            var asking = versions.Values.Where(version => version.Spec.Aliases?.Contains(alias) == true && IsReady(version.Metadata.Name));
            var highest = asking.MaxBy(ModelVersionName.NumberOf);
            return highest is null ? (null, null, null) : (highest.Metadata.Name, Version, null);
        }

        private (string? Holder, string? Owner, AliasProblem? Problem) CanaryWants(string alias, V1CanaryDeployment canary)
        {
            var owner = $"Canary/{canary.Metadata.Name}";
            if (canary.Status?.StableVersion is not { } stable)
                return (null, owner, null);
            return versions.ContainsKey(stable)
                ? (stable, owner, null)
                : (null, owner, new AliasProblem(
                    ModelReasons.AliasTargetMissing, $"alias {alias} of CanaryDeployment {canary.Metadata.Name} names {stable}, which is no ModelVersion of {model.Metadata.Name}"));
        }

        private AliasProblem? GitProblem(ModelAlias alias)
        {
            if (!versions.TryGetValue(alias.Version, out var version))
                return new AliasProblem(
                    ModelReasons.AliasTargetMissing,
                    $"alias {alias.Name} names {alias.Version}, which is no ModelVersion of {model.Metadata.Name}; the last holder keeps it if it still exists");
            if (IsReady(alias.Version))
                return null;
            return new AliasProblem(
                ModelReasons.AliasTargetNotReady,
                $"alias {alias.Name} names {alias.Version}, which is not Ready ({version.Status?.Reason ?? "not looked at yet"}); the last holder keeps it until it is",
                Waiting: version.Status?.Phase is null or ModelVersionPhase.Pending);
        }

        private IEnumerable<AliasProblem> InvalidNames()
        {
            foreach (var twice in (model.Spec.Aliases ?? []).GroupBy(static alias => alias.Name, StringComparer.Ordinal).Where(static group => group.Count() > 1))
                yield return new AliasProblem(ModelReasons.AliasInvalid, $"alias {twice.Key} stands {twice.Count()} times in spec.aliases; the first counts");
            var names = _git.Select(static alias => (alias.Name, Where: "spec.aliases"))
                .Concat(canaries.Where(static canary => canary.Spec.Alias is not null).Select(static canary => (Name: canary.Spec.Alias!, Where: $"CanaryDeployment {canary.Metadata.Name}")))
                .Concat(versions.Values.SelectMany(static version => (version.Spec.Aliases ?? []).Select(alias => (Name: alias, Where: $"ModelVersion {version.Metadata.Name}"))));
            foreach (var (name, where) in names.OrderBy(static entry => entry.Where, StringComparer.Ordinal))
            {
                if (ModelAliasName.Refusal(name) is { } refusal)
                    yield return new AliasProblem(ModelReasons.AliasInvalid, $"{where}: {refusal}");
            }
        }

        private List<V1CanaryDeployment> Canaries(string alias) =>
        [
            .. canaries.Where(canary => canary.Spec.Alias == alias)
                .OrderBy(static canary => canary.Metadata.CreationTimestamp)
                .ThenBy(static canary => canary.Metadata.Name, StringComparer.Ordinal),
        ];

        private bool IsReady(string name) => versions.TryGetValue(name, out var version) && version.Status?.Phase == ModelVersionPhase.Ready;
    }
}
