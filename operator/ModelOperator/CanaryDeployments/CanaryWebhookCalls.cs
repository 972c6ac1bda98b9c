using System.Collections.Concurrent;
using System.Collections.Immutable;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Controllers;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Calls the webhooks that are due, beside the reconciles: none ever waits for one, and an answer wakes its canary. What is lost with the process is
/// asked again. Thread-safe.
/// </summary>
/// <param name="sender">Makes the calls.</param>
public sealed class CanaryWebhookCalls(IWebhookSender sender)
{
    private readonly ConcurrentDictionary<NamespacedName, ImmutableDictionary<string, Asked>> asked = new();

    /// <summary>Told with the key of each canary that got an answer.</summary>
    public KeySignal Changed { get; } = new();

    /// <summary>Starts what is due, and returns the answers that are there to calls that are still due.</summary>
    public ImmutableDictionary<string, WebhookAnswer> Collect(V1CanaryDeployment canary, DateTimeOffset now)
    {
        var before = asked.GetValueOrDefault(canary.Key) ?? ImmutableDictionary<string, Asked>.Empty;
        var after = ImmutableDictionary.CreateBuilder<string, Asked>();
        foreach (var (hook, call) in CanaryHooks.Due(canary))
            after[hook.Name] = before.GetValueOrDefault(hook.Name) is { } known && known.Call == call.Id ? Again(known, canary.Key, hook, call, now) : Ask(canary.Key, hook, call, now, null);
        if (after.Count > 0)
            asked[canary.Key] = after.ToImmutable();
        else
            Forget(canary.Key);
        return after.Where(pair => pair.Value.Answer is not null).ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Answer!);
    }

    /// <summary>Forgets an object that is gone.</summary>
    public void Forget(NamespacedName canary) => asked.TryRemove(canary, out _);

    private Asked Again(Asked known, NamespacedName key, CanaryWebhook hook, WebhookCall call, DateTimeOffset now)
    {
        if (!known.Task.IsCompleted)
            return known;
        return now - known.At >= CanaryHooks.Interval(hook) ? Ask(key, hook, call, now, known.Answer) : known;
    }

    private Asked Ask(NamespacedName key, CanaryWebhook hook, WebhookCall call, DateTimeOffset now, WebhookAnswer? last)
    {
        var task = sender.SendAsync(hook, call, CancellationToken.None);
        if (!task.IsCompleted)
            _ = WakeAsync(task, key);
        return new(call.Id, now, task, last);
    }

    private async Task WakeAsync(Task<WebhookAnswer> task, NamespacedName key)
    {
        await Task.WhenAny(task);
        Changed.Tell(key);
    }

    /// <param name="Call">Identifier of the call.</param>
    /// <param name="At">When it was last made.</param>
    /// <param name="Task">The latest call.</param>
    /// <param name="Last">The answer before it.</param>
    private sealed record Asked(string Call, DateTimeOffset At, Task<WebhookAnswer> Task, WebhookAnswer? Last)
    {
        public WebhookAnswer? Answer => Task.IsCompletedSuccessfully ? Task.GetAwaiter().GetResult() : Last;
    }
}
