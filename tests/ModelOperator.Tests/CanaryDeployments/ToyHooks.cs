using ModelOperator.CanaryDeployments;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Webhooks that answer at once as they are told, yes when they are told nothing.</summary>
internal sealed class ToyHooks : IWebhookSender
{
    internal Dictionary<string, CanaryWebhookState> Answers { get; } = new(StringComparer.Ordinal);

    internal List<WebhookCall> Calls { get; } = [];

    public Task<WebhookAnswer> SendAsync(CanaryWebhook hook, WebhookCall call, CancellationToken cancellationToken)
    {
        Calls.Add(call);
        var state = Answers.GetValueOrDefault(hook.Name, CanaryWebhookState.Yes);
        return Task.FromResult(new WebhookAnswer(call.Id, state, state == CanaryWebhookState.Yes ? "" : $"HTTP 403: {hook.Name} says {state}"));
    }

    internal IEnumerable<WebhookCall> Of(string name) => Calls.Where(call => call.Webhook == name);
}
