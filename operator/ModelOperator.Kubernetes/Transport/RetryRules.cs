namespace ModelOperator.Kubernetes;

/// <summary>Whether and when an attempt is repeated. Pure.</summary>
internal static class RetryRules
{
    /// <summary>
    /// Pause before the next attempt, or null to give up. A broken connection repeats reads only; 429 and 503 repeat any
    /// request, but only when the server says after how long, and not longer than <see cref="KubernetesClientOptions.MaxRetryAfter"/>.
    /// </summary>
    /// <param name="request">What was sent.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="attempt">Attempts so far, 1 after the first.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="jitter">Random number in [0, 1).</param>
    internal static TimeSpan? NextDelay(ApiRequest request, Exception failure, int attempt, KubernetesClientOptions options, double jitter) =>
        attempt > options.MaxRetries ? null : failure switch
        {
            KubernetesException { RetryAfter: { } wait } e when IsOverload(e) => wait <= options.MaxRetryAfter ? wait : null,
            HttpRequestException or IOException when request.IsRead => Backoff(attempt, options, jitter),
            _ => null,
        };

    private static bool IsOverload(KubernetesException e) =>
        e.IsTooManyRequests || e.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable;

    private static TimeSpan Backoff(int attempt, KubernetesClientOptions options, double jitter) =>
        options.RetryBackoff * Math.Pow(2, Math.Min(attempt - 1, 10)) * jitter;
}
