using System.Collections.Immutable;
using System.Text.Json;
using ModelOperator.Analysis;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>One decision each: every rule and its reason.</summary>
public sealed class CanaryPlannerTests
{
    private static readonly CanaryDeploymentStatus AtGate = new()
    {
        Phase = CanaryPhase.Paused,
        Reason = CanaryReasons.StepGate,
        StableVersion = "diamonds-1",
        CanaryVersion = "diamonds-2",
        StepIndex = 1,
        Step = "2/2",
        StepStartedAt = Start,
        PhaseStartedAt = Start,
        CanaryStartedAt = Start,
        Weights = new() { Stable = 95, Canary = 5, Verified = true },
    };

    private static V1CanaryDeployment Object(CanaryDeploymentStatus? status, string target = "diamonds-2", Func<CanaryDeploymentSpec, CanaryDeploymentSpec>? change = null)
    {
        var spec = Spec([Weight(5), Gate()]) with { VersionRef = new() { Name = target } };
        return Of(change is null ? spec : change(spec), status);
    }

    private static CanaryObserved Seen(V1CanaryDeployment canary, params VersionView[] versions) => new()
    {
        Versions = (versions.Length == 0 ? [Version("diamonds-1"), Version("diamonds-2")] : versions).ToImmutableDictionary(v => v.Name),
        Workloads = new[] { "diamonds-1", "diamonds-2" }.ToImmutableDictionary(v => v, _ => new WorkloadView(1, 1)),
        Gateways = [new("gateway-0", RouteTable.Of(canary, canary.Status ?? new()).Revision)],
    };

    [Theory]
    [InlineData("diamonds-7", CanaryReasons.VersionNotFound, "ModelVersion diamonds-7 does not exist")]
    [InlineData("diamonds-3", CanaryReasons.VersionNotReady, "the bytes are being verified")]
    [InlineData("diamonds-4", CanaryReasons.WrongModel, "is a version of model rubies, not of spec.model diamonds")]
    [InlineData("diamonds-5", CanaryReasons.VersionDeleted, "is being deleted")]
    public void A_target_that_cannot_be_used_stalls_with_a_message_that_names_it(string target, string reason, string words)
    {
        var canary = Object(null, target);
        var move = CanaryPlanner.Decide(
            canary, Seen(canary, Version("diamonds-3", ready: false), Version("diamonds-4", model: "rubies"), Version("diamonds-5", deleting: true)), Start);
        Assert.Equal(reason, move.Status.Reason);
        Assert.Contains(words, move.Status.Message, StringComparison.Ordinal);
        Assert.Equal("True", move.Status.Conditions!.Single(c => c.Type == "Stalled").Status);
        Assert.Null(move.Status.StableVersion);
        Assert.Empty(CanaryChildren.Intents(canary, move.Status, Seen(canary), new Dictionary<string, CanaryCredentials>(), Options));
        Assert.Single(move.Notes);
    }

    [Fact]
    public void A_version_of_another_model_with_the_same_number_would_share_its_childrens_names()
    {
        var canary = Object(AtGate with { CanaryVersion = null, StepIndex = null }, "rubies-1", s => s with { Model = "rubies" });
        var move = CanaryPlanner.Decide(canary, Seen(canary, Version("diamonds-1"), Version("rubies-1", model: "rubies")), Start);
        Assert.Equal(CanaryReasons.WrongModel, move.Status.Reason);
        Assert.Contains("diamonds-1", move.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_invalid_spec_stalls_and_names_every_problem()
    {
        var canary = Object(null, change: s => s with { Strategy = new() { Steps = [Weight(50), Weight(5)] } });
        var move = CanaryPlanner.Decide(canary, Seen(canary), Start);
        Assert.Equal(CanaryReasons.InvalidSpec, move.Status.Reason);
        Assert.Contains("spec.strategy.steps[1].setWeight: 5 is below the 50", move.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_conflict_stalls_and_is_looked_at_again_because_nobody_watches_what_others_own()
    {
        var canary = Object(null);
        var move = CanaryPlanner.Decide(canary, Seen(canary) with { Conflict = "spec.service: taken" }, Start);
        Assert.Equal((CanaryReasons.ServiceConflict, CanaryPlanner.ConflictLook), (move.Status.Reason, move.Requeue));
    }

    [Theory]
    [InlineData("promote 1", "Accepted")]
    [InlineData("abort 1", "Accepted")]
    [InlineData("promote-full 1", "Accepted")]
    [InlineData("skip 1", "Accepted")]
    [InlineData("pause 1", "Accepted")]
    [InlineData("resume 1", "Rejected: nothing to resume in phase Paused (StepGate).")]
    [InlineData("retry 1", "Rejected: nothing to retry in phase Paused (StepGate).")]
    [InlineData("explode 1", "Rejected: unknown action \"explode\"; allowed: promote, promote-full, skip, pause, resume, abort, retry, as \"<action> <id>\".")]
    [InlineData("promote", "Rejected: unknown action \"\"; allowed: promote, promote-full, skip, pause, resume, abort, retry, as \"<action> <id>\".")]
    public void Every_command_is_acknowledged_once(string command, string result)
    {
        var canary = Object(AtGate).Commanded(command);
        var move = CanaryPlanner.Decide(canary, Seen(canary), Start.AddSeconds(5));
        Assert.Equal(result, move.Status.LastCommand!.Result);
        var again = CanaryPlanner.Decide(canary with { Status = move.Status }, Seen(canary with { Status = move.Status }), Start.AddSeconds(6));
        Assert.Equal(move.Status.LastCommand, again.Status.LastCommand);
        Assert.DoesNotContain(again.Notes, n => n.Reason is CanaryReasons.CommandAccepted or CanaryReasons.CommandRejected);
    }

    [Fact]
    public void A_promote_command_that_meets_a_pause_is_not_called_accepted()
    {
        var canary = Object(AtGate with { Phase = CanaryPhase.Progressing }, change: s => s with { Paused = true }).Commanded("promote 1");
        var move = CanaryPlanner.Decide(canary, Seen(canary), Start.AddSeconds(5));
        Assert.Equal((CanaryPhase.Paused, "Rejected: nothing to promote in phase Paused (PausedByUser)."), (move.Status.Phase, move.Status.LastCommand!.Result));
    }

    [Fact]
    public void An_identifier_of_any_length_is_acknowledged_and_stays_small()
    {
        var canary = Object(AtGate).Commanded("promote " + new string('x', 200_000));
        var move = CanaryPlanner.Decide(canary, Seen(canary), Start);
        Assert.InRange(move.Status.LastCommand!.Id.Length, 1, 64);
        Assert.Null(CanaryCommand.Pending(canary with { Status = move.Status }));
        Assert.NotNull(CanaryCommand.Pending((canary with { Status = move.Status }).Commanded("promote " + new string('x', 200_001))));
    }

    [Theory]
    [InlineData(CanaryCommand.Promote, 2, "diamonds-2")]
    [InlineData(CanaryCommand.Retry, 1, "diamonds-2")]
    [InlineData(CanaryCommand.Abort, null, null)]
    public void A_metric_that_failed_and_only_pauses_waits_for_any_of_the_commands_that_it_offers(string action, int? step, string? version)
    {
        var metric = Errors with { OnFailure = MetricFailureAction.Pause };
        var canary = Object(AtGate, change: s => s with { Analysis = new() { Metrics = [metric] } });
        var failed = MetricProgress.Step(MetricProgress.Start(Start), CanaryJudge.SpecOf(metric, canary.Spec), new(Start, new(Verdict.Failed, Reasons.HarmDetected, "worse.")));
        var seen = Seen(canary) with { States = ImmutableDictionary<string, MetricState>.Empty.Add("errors", failed) };
        var waiting = CanaryPlanner.Decide(canary, seen, Start.AddSeconds(5));
        Assert.Equal((CanaryPhase.Paused, CanaryReasons.MetricFailed), (waiting.Status.Phase, waiting.Status.Reason));
        Assert.Contains("promote, retry, abort", waiting.Status.Message, StringComparison.Ordinal);
        var move = CanaryPlanner.Decide(canary.Commanded(action + " 1"), seen, Start.AddSeconds(6));
        Assert.Equal(("Accepted", version), (move.Status.LastCommand!.Result, move.Status.CanaryVersion));
        if (step is not null)
            Assert.Equal((step, (DateTimeOffset?)Start.AddSeconds(6)), (move.Status.StepIndex, move.Status.StepStartedAt));
    }

    [Theory]
    [InlineData(50, 5, 1, 1, 1, 50)]
    [InlineData(50, 5, 0, 1, 1, 0)]
    [InlineData(50, 5, 1, 2, 1, 5)]
    [InlineData(5, 50, 1, 2, 1, 5)]
    [InlineData(50, 5, 1, 1, 0, 5)]
    [InlineData(100, 50, 1, 1, 0, 100)]
    [InlineData(100, 50, 1, 3, 0, 50)]
    [InlineData(0, 0, 1, 1, 1, 0)]
    public void Weights_follow_the_invariants(int wanted, int previous, int canary, int needed, int stable, int weight) =>
        Assert.Equal(weight, CanaryTraffic.Allowed(wanted, previous, new(needed, canary), needed, new(1, stable)));

    [Fact]
    public void Pods_of_an_older_template_keep_their_traffic_and_do_not_complete_a_step()
    {
        var rolling = new WorkloadView(1, 0, null, AnyTemplate: 1);
        Assert.Equal(5, CanaryTraffic.Allowed(50, 5, rolling, 1, rolling));
    }

    [Fact]
    public void The_status_stays_below_32_KiB_in_the_worst_case()
    {
        var nasty = string.Concat(Enumerable.Repeat("\"<é>'\u2028", 4000));
        var metrics = Enumerable.Range(0, 32).Select(i => Errors with { Name = new string('m', 60) + i }).ToArray();
        var hooks = Enumerable.Range(0, CanaryHooks.Most).Select(i => Hook(CanaryWebhookType.Rollback, new string('w', 62) + i)).ToArray();
        var version = new string('d', 50) + "-123456789";
        var canary = Object(
            AtGate with
            {
                CanaryVersion = version,
                Message = nasty,
                History = [.. Enumerable.Range(0, 10).Select(_ => new CanaryOutcome { Version = version, Stable = version, Outcome = "Superseded", Reason = Reasons.ConsecutiveErrorLimitExceeded, Metric = metrics[0].Name, StartedAt = Start, FinishedAt = Start })],
                Weights = new()
                {
                    Stable = 95,
                    Canary = 5,
                    MirrorPercentage = 100,
                    Headers = [.. Enumerable.Range(0, CanaryRoutes.MostMatches).Select(i => new CanaryHeaderMatch { HeaderName = new string('h', 63) + i, HeaderValue = new() { Prefix = new string('v', 128) } })],
                },
                Webhooks = [.. hooks.Select(h => new CanaryWebhookStatus { Name = h.Name, Call = "v1:" + new string('a', 32), State = CanaryWebhookState.Unreachable, Since = Start, Message = CanaryText.Cut(nasty, CanaryHooks.AnswerBytes) })],
                Carbon = new() { Since = Start, Until = Start },
                Retiring = [.. Enumerable.Range(0, 4).Select(i => new RetiringVersion { Version = version + i, Since = Start })],
            },
            version,
            s => s with { Analysis = new() { Metrics = metrics }, Webhooks = hooks }).Commanded($"{nasty} {nasty}");
        var seen = Seen(canary, Version(version)) with
        {
            Looks = metrics.ToImmutableDictionary(m => m.Name, _ => new Measurement(Start, new(Verdict.Error, Reasons.ConsecutiveErrorLimitExceeded, nasty) { Value = "-1.23456e-300", Baseline = "-1.23456e-300", Bound = "-1.23456e-300", Evidence = "-1.23456e-300", PValue = "-1.23456e-300", Interval = "[-1.23456e-300, -1.23456e-300]", CanarySamples = long.MaxValue, StableSamples = long.MaxValue })),
            States = metrics.ToImmutableDictionary(m => m.Name, _ => new MetricState(Start)
            {
                Count = 1_000_000_000,
                Successful = 1_000_000_000,
                Failed = 1_000_000_000,
                Inconclusive = 1_000_000_000,
                NoData = 1_000_000_000,
                ConsecutiveSuccesses = 1_000_000_000,
                ConsecutiveErrors = 1_000_000_000,
                ConsecutiveNoData = 1_000_000_000,
            }),
            Workloads = ImmutableDictionary<string, WorkloadView>.Empty.Add(version, new(1, 0, nasty)),
        };
        foreach (var conflict in new[] { null, nasty })
        {
            var move = CanaryPlanner.Decide(canary, seen with { Conflict = conflict }, Start.AddSeconds(1));
            Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(move.Status, CanaryDeploymentsJson.Default.CanaryDeploymentStatus).Length, 10_000, 32 * 1024 - 1);
        }
    }

    [Fact]
    public void Deciding_never_depends_on_the_users_own_labels()
    {
        var canary = Object(AtGate);
        canary.Metadata.Labels = new() { ["argocd.argoproj.io/instance"] = "shop" };
        canary.Metadata.Annotations = new() { ["argocd.argoproj.io/tracking-id"] = "shop:x" };
        foreach (var meta in new[] { CanaryGateway.Service(canary).Metadata, CanaryGateway.Deployment(canary, Options, null).Metadata, CanaryWorkload.Service(canary, "diamonds-2").Metadata })
        {
            Assert.DoesNotContain(meta.Labels!.Keys.Concat(meta.Annotations?.Keys.AsEnumerable() ?? []), k => k.Contains("argocd", StringComparison.Ordinal));
            Assert.Equal(ModelOperatorApi.ManagedBy, meta.Labels[ModelOperatorApi.ManagedByLabel]);
        }
    }
}
