using System.Collections.Immutable;

namespace ModelOperator.Metrics;

/// <summary>An opened way to a provider.</summary>
/// <param name="Http">Client with the right trust and certificate.</param>
/// <param name="Headers">Headers to send, values from Secrets among them; never logged.</param>
/// <param name="Problem">Why there is none, a sentence without a full stop; null when there is one.</param>
internal sealed record ProviderConnection(HttpClient Http, ImmutableArray<KeyValuePair<string, string>> Headers, string? Problem = null)
{
    /// <summary>Puts the headers on a request.</summary>
    public void Sign(HttpRequestMessage request)
    {
        foreach (var (name, value) in Headers)
            request.Headers.TryAddWithoutValidation(name, value);
    }
}
