using ModelOperator.EnergyMetering;

namespace ModelOperator.Serving;

/// <summary>Predictions by version: requests that gateways answered 2xx, counted out of their own counters in Prometheus.</summary>
/// <param name="http">Client without a base address.</param>
/// <param name="fallback">Prometheus of canaries that name none; none when null.</param>
public sealed class GatewayRequests(HttpClient http, string? fallback)
{
    private const string Requests = "modelop_gateway_requests_total";
    private const string Weight = "modelop_gateway_weight";
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    /// <summary>Predictions in (start, end]; null when they are not known.</summary>
    /// <param name="space">Namespace.</param>
    /// <param name="canary">CanaryDeployment.</param>
    /// <param name="address">Its Prometheus; the fallback when null.</param>
    /// <param name="start">Start, excluded.</param>
    /// <param name="end">End, included.</param>
    /// <param name="young">Gateway Pods that began after the start: their counters began at zero.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="PowerQueryException">Prometheus did not answer.</exception>
    public async Task<IReadOnlyDictionary<string, long>?> CountAsync(
        string space, string canary, string? address, DateTimeOffset start, DateTimeOffset end, IReadOnlySet<string> young, CancellationToken cancellationToken)
    {
        if ((address ?? fallback) is not { } prometheus)
            return null;
        // Names of Kubernetes: nothing in them needs a quote.
        var selector = $"{{__name__=~\"{Requests}|{Weight}\",namespace=\"{space}\",canary=\"{canary}\"}}";
        return Count(await new PrometheusSeriesClient(http, prometheus).QueryAsync(selector, start - Margin, end, cancellationToken), start, end, young);
    }

    /// <summary>The same out of series. A counter that a gateway began to show later than its weights began at zero. Pure.</summary>
    public static IReadOnlyDictionary<string, long>? Count(IReadOnlyList<PowerSeries> series, DateTimeOffset start, DateTimeOffset end, IReadOnlySet<string> young)
    {
        var seen = series.Where(s => s.Samples.Any(v => v.At <= start)).Select(static s => s.Label("pod")).ToHashSet(StringComparer.Ordinal);
        var known = series.Where(s => s.Samples.Any(v => v.At > start && v.At <= end)).Select(static s => s.Label("version")).Where(static v => v.Length > 0).ToHashSet(StringComparer.Ordinal);
        return known.Count == 0 ? null : known.ToDictionary(static v => v, v => (long)Math.Round(series
            .Where(s => s.Name == Requests && s.Label("version") == v && s.Label("code").StartsWith('2'))
            .Sum(s => CounterIncrease.Of(s.Samples, start, end, seen.Contains(s.Label("pod")) || young.Contains(s.Label("pod"))) ?? 0)), StringComparer.Ordinal);
    }
}
