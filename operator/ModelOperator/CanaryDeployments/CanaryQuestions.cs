using ModelOperator.Analysis;
using ModelOperator.Hosting;
using ModelOperator.Metrics;

namespace ModelOperator.CanaryDeployments;

/// <summary>What one look asks about one version.</summary>
/// <param name="Value">Question for the value; null where the provider is not known.</param>
/// <param name="Total">Question for the observations behind it; null for none.</param>
internal sealed record CanaryQuestions(MetricQuery? Value, MetricQuery? Total)
{
    /// <summary>The questions of a metric.</summary>
    public static CanaryQuestions Of(V1CanaryDeployment canary, CanaryMetric metric, string version, CanaryWindow window, OperatorOptions options) =>
        metric.Type == CanaryMetricType.Web ? Web(canary, metric, version, window) : Prometheus(canary, metric, version, window, options);

    private static CanaryQuestions Prometheus(V1CanaryDeployment canary, CanaryMetric metric, string version, CanaryWindow window, OperatorOptions options)
    {
        if ((CanaryProviders.Address(canary.Spec, metric) ?? options.PrometheusUrl) is not { } address)
            return new(null, null);
        var space = canary.Metadata.NamespaceProperty!;
        var provider = CanaryProviders.Prometheus(canary.Spec, metric);
        var queries = CanaryQueries.Of(
            metric, space, canary.Metadata.Name, version, window.Length, canary.Status is { } status && version == status.CanaryVersion && CanaryShadow.Is(canary.Spec, status));
        // The server counts a truth when it comes: those about the window's predictions have come since the window's length ago. Other series are asked what they say of the window.
        var arriving = metric.Type is CanaryMetricType.Rmse || metric is { Type: CanaryMetricType.Auc, Query: null };
        var question = new PrometheusQuery(address, queries.Value)
        {
            At = !window.IsPast && (metric.LabelDelaySeconds is null || arriving) ? null : window.End,
            Access = CanaryProviders.Access(provider, space),
            Timeout = CanaryProviders.Timeout(provider),
        };
        return new(
            metric.RangeStepSeconds is { } step ? question with { At = window.End, Range = window.Length, Step = TimeSpan.FromSeconds(step) } : question,
            queries.Total is { } total ? question with { Query = total } : null);
    }

    private static CanaryQuestions Web(V1CanaryDeployment canary, CanaryMetric metric, string version, CanaryWindow window)
    {
        // Specs that admission never saw are reported by the decision.
        if (metric.Web is not { } web || !JsonPath.TryParse(web.JsonPath, out var path, out _))
            return new(null, null);
        var space = canary.Metadata.NamespaceProperty!;
        string Fill(string template) => CanaryTemplate.Fill(template, space, canary.Metadata.Name, version, window);
        return new(
            new WebQuery(Fill(web.Url), path)
            {
                IsPost = web.Method == WebMethod.POST,
                Body = web.Body is { } body ? Fill(body) : null,
                Access = CanaryProviders.Access(web, space),
                Timeout = CanaryProviders.Timeout(web),
            },
            null);
    }
}
