using ModelOperator.Metrics;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CanaryDeployments;

/// <summary>Where a document is posted to, and how.</summary>
/// <param name="Url">Address.</param>
/// <param name="Space">Namespace of the Secrets.</param>
/// <param name="HeadersFrom">Headers whose values lie in Secrets.</param>
/// <param name="Timeout">Longest time of one try.</param>
/// <param name="Retries">Further tries.</param>
internal sealed record WebhookTarget(string Url, string Space, IReadOnlyList<HeaderFrom>? HeadersFrom, TimeSpan Timeout, int Retries)
{
    // No header may have this name: the address is read by the way that headers are, under the same consent.
    private const string UrlHeader = ":url";

    /// <summary>Key of a Secret that holds the address; null when <see cref="Url"/> is it.</summary>
    public SecretKeyReference? UrlFrom { get; init; }

    /// <summary>What is read for it.</summary>
    public ProviderAccess Access => new(Space)
    {
        SecretHeaders =
        [
            .. (HeadersFrom ?? []).Select(h => new SecretHeader(h.Name, h.SecretKeyRef.Name, h.SecretKeyRef.Key)),
            .. UrlFrom is { } from ? new[] { new SecretHeader(UrlHeader, from.Name, from.Key) } : [],
        ],
    };

    /// <summary>Where a way that was opened leads, and the headers to send there.</summary>
    public (Uri Url, ProviderConnection Way) On(ProviderConnection way) => UrlFrom is null
        ? (new(Url), way)
        : (new(way.Headers.First(h => h.Key == UrlHeader).Value), way with { Headers = way.Headers.RemoveAll(h => h.Key == UrlHeader) });
}
