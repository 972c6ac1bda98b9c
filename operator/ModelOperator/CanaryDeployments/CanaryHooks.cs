using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Which webhooks are to be called now, and with what: pure, from the spec and the persisted status alone, so that a restart asks what was being asked.
/// </summary>
public static class CanaryHooks
{
    /// <summary>Most webhooks of a canary.</summary>
    public const int Most = 8;

    /// <summary>Most headers of a webhook or a notice.</summary>
    public const int MostHeaders = 8;

    /// <summary>Most bytes of an answer in a status, as JSON; about 200 characters.</summary>
    public const int AnswerBytes = 300;

    /// <summary>Time between calls of a service that has not said yes.</summary>
    public static TimeSpan Interval(CanaryWebhook hook) => TimeSpan.FromSeconds(hook.IntervalSeconds ?? 30);

    /// <summary>Webhooks of a type.</summary>
    internal static IEnumerable<CanaryWebhook> Of(CanaryDeploymentSpec spec, CanaryWebhookType type) => (spec.Webhooks ?? []).Where(hook => hook.Type == type);

    /// <summary>What the status knows of a webhook.</summary>
    internal static CanaryWebhookStatus? Row(CanaryDeploymentStatus status, CanaryWebhook hook) => status.Webhooks?.FirstOrDefault(row => row.Name == hook.Name);

    /// <summary>True while a canary has to be confirmed before it gets Pods.</summary>
    public static bool AwaitsStart(CanaryDeploymentSpec spec, CanaryDeploymentStatus status) =>
        status is { CanaryVersion: not null, StepIndex: 0, StepsSkipped: null, Weights: { Canary: 0, MirrorPercentage: null, Headers: null } }
        && Of(spec, CanaryWebhookType.ConfirmStart).Any(hook => Row(status, hook)?.State != CanaryWebhookState.Yes);

    /// <summary>The calls that are due; when the last one was is the caller's to know.</summary>
    public static IEnumerable<(CanaryWebhook Hook, WebhookCall Call)> Due(V1CanaryDeployment canary)
    {
        if (canary is not { Status: { CanaryVersion: not null } status, Spec: { Suspend: false, Webhooks: { Count: > 0 } hooks } })
            yield break;
        foreach (var hook in hooks.DistinctBy(hook => hook.Name))
            if (IsDue(canary, status, hook))
                yield return (hook, CallOf(canary, status, hook));
    }

    /// <summary>Identifier of the call that a webhook would get now: the same until the canary, or its step, is another one.</summary>
    internal static string Id(V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryWebhook hook)
    {
        FormattableString text = hook.Type switch
        {
            // A step that was started again is confirmed and load-tested again.
            CanaryWebhookType.ConfirmStep or CanaryWebhookType.LoadTest => $"{status.StepIndex}/{status.StepStartedAt:O}",
            _ => $"",
        };
        var whole = string.Create(CultureInfo.InvariantCulture, $"{canary.Metadata.Uid}/{status.CanaryVersion}/{status.CanaryStartedAt:O}/{hook.Type}/{hook.Name}/{text.ToString(CultureInfo.InvariantCulture)}");
        return Hash(whole);
    }

    private static bool IsDue(V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryWebhook hook)
    {
        var row = Row(status, hook);
        return hook.Type switch
        {
            CanaryWebhookType.Rollback => true,
            CanaryWebhookType.LoadTest => LoadTests(canary, status, hook),
            _ => status.Reason == CanaryGateReasons.WebhookWaiting && row is not null && row.State != CanaryWebhookState.Yes && row.Call == Id(canary, status, hook),
        };
    }

    /// <summary>True while a load test has to be started for the step that waits.</summary>
    internal static bool LoadTests(V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryWebhook hook)
    {
        var steps = CanaryDefaults.StepsOf(canary.Spec);
        return status is { CanaryVersion: not null, Weights.Verified: true, StepIndex: { } index } && !CanaryDefaults.TakesAll(status.Phase)
            && index < steps.Count && CanaryRoutes.Waits(steps[index]) && Row(status, hook)?.Call != Id(canary, status, hook);
    }

    private static WebhookCall CallOf(V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryWebhook hook)
    {
        var steps = CanaryDefaults.StepsOf(canary.Spec);
        var step = (status.StepIndex ?? 0) + (hook.Type == CanaryWebhookType.ConfirmStep ? 1 : 0);
        return new()
        {
            Id = Id(canary, status, hook),
            Webhook = hook.Name,
            Type = hook.Type,
            Canary = canary.Metadata.Name!,
            Namespace = canary.Metadata.NamespaceProperty ?? "",
            Version = status.CanaryVersion!,
            StableVersion = status.StableVersion,
            Step = step,
            Weight = status.Weights?.Canary ?? 0,
            NextWeight = hook.Type switch
            {
                CanaryWebhookType.ConfirmStep => CanaryTraffic.Wanted(steps, status with { StepIndex = step }),
                CanaryWebhookType.ConfirmPromotion => 100,
                _ => null,
            },
            Phase = status.Phase,
            Checksum = Hash(JsonSerializer.Serialize(canary.Spec, CanaryDeploymentsJson.Default.CanaryDeploymentSpec)),
        };
    }

    internal static string Hash(string text) => "v1:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
}
