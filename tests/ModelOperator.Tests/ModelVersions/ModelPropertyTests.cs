using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.CanaryDeployments;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.ModelVersions.Things;

namespace ModelOperator.Tests.ModelVersions;

public sealed class ModelPropertyTests
{
    [Fact]
    public void In_any_interleaving_no_number_is_given_twice_no_alias_dangles_and_deciding_again_changes_nothing() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ListOf().ToArbitrary(), static seeds =>
        {
            var world = new World();
            foreach (var seed in seeds)
            {
                world.Step(seed);
                world.Check();
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(120));

    /// <summary>A namespace in which runs publish, register, fail and go; people and canaries meddle; deciders see an old state at times.</summary>
    private sealed class World
    {
        private readonly Dictionary<long, string> _given = [];
        private readonly List<V1TrainingRun> _runs = [];
        private readonly List<V1ModelVersion> _versions = [];
        private List<V1CanaryDeployment> _canaries = [];
        private V1Model _model = Model();
        private ModelObserved _stale = new([], [], []);
        private int _uids;
        private long _highest;

        public void Step(int seed)
        {
            var pick = seed / 16;
            switch (seed % 16)
            {
                case 0 or 1 or 2:
                    _runs.Add(Run($"u{_uids++}"));
                    break;
                case 3 or 4 or 5:
                    Register(pick);
                    break;
                case 6 when _runs.Count > 0:
                    _runs.RemoveAt(pick % _runs.Count);
                    break;
                case 7 when _versions.Count > 0:
                    _versions.RemoveAt(pick % _versions.Count);
                    break;
                case 8:
                    AddByHand(pick);
                    break;
                case 9:
                    _canaries = [Canary("live", pick % 3 == 0 ? null : "champion", AnyVersion(pick))];
                    break;
                case 10:
                    _model = _model with { Spec = Model(("prod", AnyVersion(pick) ?? "diamonds-77"), (pick % 4 == 0 ? "champion" : "gold", AnyVersion(pick / 7) ?? "diamonds-1")).Spec };
                    break;
                case 11 when _versions.Count > 0:
                    Flip(pick % _versions.Count);
                    break;
                case 12:
                    _stale = Seen();
                    break;
                default:
                    Decide(seed % 2 == 0 ? Seen() : new ModelObserved(_stale.Runs, _stale.Versions, _stale.Canaries));
                    break;
            }
        }

        public void Check()
        {
            Decide(Seen());
            var status = _model.Status!;
            var again = ModelPlanner.Decide(_model, Seen(), Start.AddMinutes(1));
            Assert.Equal(Wire(status), Wire(again.Status!));
            Assert.Empty(again.Events);
            Assert.Equal((status.Allocations ?? []).Count, (status.Allocations ?? []).Select(static a => a.RunUid).Distinct().Count());
            foreach (var alias in status.Aliases ?? [])
                Assert.Contains(_versions, version => version.Metadata.Name == alias.Version);
            Assert.Equal((status.Aliases ?? []).Count, (status.Aliases ?? []).Select(static a => a.Name).Distinct().Count());
        }

        /// <summary>What compare-and-swap lets through: decisions on the newest status, with caches of any age.</summary>
        private void Decide(ModelObserved seen)
        {
            var status = ModelPlanner.Decide(_model, seen, Start).Status!;
            Assert.True(status.NextVersion >= (_model.Status?.NextVersion ?? 0), "nextVersion was lowered");
            foreach (var allocation in status.Allocations ?? [])
            {
                Assert.True(allocation.Number < status.NextVersion);
                if (_given.TryAdd(allocation.Number, allocation.RunUid))
                    Assert.True(allocation.Number > _highest || !_versions.Exists(v => v.Metadata.Name == ModelVersionName.Of("diamonds", allocation.Number)), "a used number was given");
                Assert.Equal(_given[allocation.Number], allocation.RunUid);
            }
            _model = _model with { Status = status };
        }

        /// <summary>What the run's room does: create the version of its allocation, or find its own there.</summary>
        private void Register(int pick)
        {
            var allocations = _model.Status?.Allocations ?? [];
            if (allocations.Count == 0)
                return;
            var allocation = allocations[pick % allocations.Count];
            if (_versions.Exists(v => v.Metadata.Name == ModelVersionName.Of("diamonds", allocation.Number) || v.Spec.TrainingRun?.Uid == allocation.RunUid))
                return;
            _highest = Math.Max(_highest, allocation.Number);
            _versions.Add(Version(allocation.Number, runUid: allocation.RunUid, aliases: pick % 3 == 0 ? ["candidate"] : null));
        }

        private void AddByHand(int pick)
        {
            var number = _highest + 1 + (pick % 3);
            if (_given.ContainsKey(number) || _versions.Exists(v => v.Metadata.Name == ModelVersionName.Of("diamonds", number)))
                return;
            _highest = number;
            _versions.Add(Version(number, aliases: pick % 2 == 0 ? ["candidate", "latest"] : null));
        }

        private void Flip(int index)
        {
            var version = _versions[index];
            _versions[index] = version with { Status = version.Status! with { Phase = version.Status.Phase == ModelVersionPhase.Ready ? ModelVersionPhase.Failed : ModelVersionPhase.Ready } };
        }

        private string? AnyVersion(int pick) => _versions.Count == 0 ? null : _versions[pick % _versions.Count].Metadata.Name;

        private ModelObserved Seen() => new([.. _runs], [.. _versions], [.. _canaries]);

        private static string Wire(ModelStatus status) => JsonSerializer.Serialize(status, ModelVersionsJson.Default.ModelStatus);
    }
}
