using System.Globalization;
using ModelOperator.CanaryDeployments;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.Registry;

/// <summary>Objects as the cluster would hold them.</summary>
internal static class Samples
{
    public const string Digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    public static DateTimeOffset Noon { get; } = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    public static V1ObjectMeta Meta(string name, string uid) =>
        new() { Name = name, NamespaceProperty = "ml", Uid = uid, CreationTimestamp = Noon, ResourceVersion = "1", Generation = 1 };

    public static V1TrainingRun Run(string name, TrainingRunPhase phase = TrainingRunPhase.Running, int failures = 0) => new()
    {
        Metadata = Meta(name, "uid-" + name),
        Spec = new() { ModelName = "diamonds", Params = new Dictionary<string, string> { ["rounds"] = "300", ["eta"] = "0.1" } },
        Status = new()
        {
            Phase = phase,
            Reason = phase.ToString(),
            StartTime = Noon.AddMinutes(1),
            RunningTime = Noon.AddMinutes(2),
            Attempts = new() { Execution = 1 + failures, Failures = failures },
            CurrentAttempt = new() { Number = 1 + failures, PodName = $"{name}-{(1 + failures).ToString(CultureInfo.InvariantCulture)}-0", StartedAt = Noon.AddMinutes(2) },
            Estimate = new() { EnergyMilliwattHoursP50 = 900, EnergyMilliwattHoursP95 = 2_000, EmissionsMilligramsP50 = 400, EmissionsMilligramsP95 = 800, Basis = "Default" },
            Device = "cpu",
        },
    };

    public static V1TrainingRun Finished(string name, string version = "diamonds-1") => Run(name) with
    {
        Status = Run(name).Status! with
        {
            Phase = TrainingRunPhase.Succeeded,
            Reason = "Succeeded",
            CompletionTime = Noon.AddMinutes(12),
            Energy = new() { EnergyMilliwattHours = 1_000, EmissionsMilligrams = 500, IntensityMilligramsPerKwh = 416_667, PueMilli = 1_200, Method = "ModelledCPU", CoveragePercent = 100 },
            Metrics = [new() { Name = "rmse", Value = "0.4515" }, new() { Name = "note", Value = "fine" }],
            ModelVersion = version,
        },
    };

    public static V1ModelVersion Version(int number, string? runUid = null) => new()
    {
        Metadata = Meta($"diamonds-{number.ToString(CultureInfo.InvariantCulture)}", $"uid-v{number.ToString(CultureInfo.InvariantCulture)}"),
        Spec = new()
        {
            Model = "diamonds",
            Artifact = new() { Uri = "modelop://sha256/" + Digest[7..], Digest = Digest, Format = "xgboost-json", SizeBytes = 1234 },
            TrainingRun = runUid is null ? null : new() { Name = "run", Uid = runUid },
            Tags = new Dictionary<string, string> { ["team"] = "a" },
        },
        Status = new() { Version = number, Phase = ModelVersionPhase.Ready, Reason = "Verified", VerifiedDigest = Digest },
    };

    public static V1Model Model(params (string Alias, int Number)[] aliases) => new()
    {
        Metadata = Meta("diamonds", "uid-model"),
        Status = new()
        {
            NextVersion = 4,
            Versions = 3,
            LatestVersion = "diamonds-3",
            Aliases = [.. aliases.Select(static held => new HeldAlias { Name = held.Alias, Version = $"diamonds-{held.Number.ToString(CultureInfo.InvariantCulture)}", Owner = "Git" })],
        },
    };

    public static V1CarbonBudget Budget(params (string Run, long Milligrams)[] holds) => new()
    {
        Metadata = Meta("team", "uid-team"),
        Spec = new() { Limit = new() { GramsCO2e = "5" } },
        Status = new()
        {
            WindowStart = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            WindowEnd = new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero),
            LimitMilligrams = 5_000,
            Holds = [.. holds.Select(static hold => new CarbonHold { RunUid = "uid-" + hold.Run, RunName = hold.Run, Milligrams = hold.Milligrams, MilliwattHours = 2_000, ReservedAt = Noon })],
        },
    };

    public static V1CanaryDeployment Canary(CanaryDecision? decision, params CanaryOutcome[] history) => new()
    {
        Metadata = Meta("price", "uid-canary"),
        Spec = new() { Model = "diamonds", VersionRef = new() { Name = "diamonds-2" } },
        Status = new() { StableVersion = "diamonds-1", CanaryVersion = "diamonds-2", LastDecision = decision, History = history },
    };

    public static CanaryDecision Decision(int minute, string action, string reason, string? metric = null) => new()
    {
        Time = Noon.AddMinutes(minute),
        Action = action,
        Reason = reason,
        Metric = metric,
        Value = metric is null ? null : "0.051",
        Baseline = metric is null ? null : "0.001",
        Bound = metric is null ? null : "0.01",
        Samples = metric is null ? null : 400,
    };

    public static CanaryOutcome Outcome(int minute, string outcome, string? metric = null) => new()
    {
        Version = "diamonds-2",
        Stable = "diamonds-1",
        Outcome = outcome,
        Reason = "MetricFailed",
        Metric = metric,
        StartedAt = Noon,
        FinishedAt = Noon.AddMinutes(minute),
    };
}
