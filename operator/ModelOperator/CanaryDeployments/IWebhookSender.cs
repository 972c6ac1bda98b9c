namespace ModelOperator.CanaryDeployments;

/// <summary>Makes one call of a webhook.</summary>
public interface IWebhookSender
{
    /// <summary>Posts the document; everything that can happen is an answer, never an exception.</summary>
    /// <param name="hook">The webhook.</param>
    /// <param name="call">The document.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<WebhookAnswer> SendAsync(CanaryWebhook hook, WebhookCall call, CancellationToken cancellationToken);
}
