using System.Collections.Concurrent;
using ModelOperator.Analysis;
using ModelOperator.Metrics;

namespace ModelOperator.Operator.Tests.World;

/// <summary>Prometheus with a script: per version an error count, a latency and an RMSE over always the same number of samples.</summary>
internal sealed class ToyMetrics : IMetricSource
{
    internal const double Samples = 1000;

    /// <summary>Answers instead of the script when it gives one.</summary>
    internal Func<string, Sample?> Override { get; set; } = _ => null;

    internal ConcurrentDictionary<string, double> Errors { get; } = new();

    internal ConcurrentDictionary<string, double> Rmse { get; } = new();

    /// <summary>The script is the same at every time.</summary>
    public Task<Sample> QueryAsync(MetricQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(Override(Text(query)) ?? Answer(Text(query)));

    private static string Text(MetricQuery query) => ((PrometheusQuery)query).Query;

    private Sample Answer(string query)
    {
        var version = query.Split("version=\"")[^1].Split('"')[0];
        if (query.StartsWith("sqrt(", StringComparison.Ordinal))
            return Sample.Of(Rmse.GetValueOrDefault(version, 500));
        return Sample.Of(query.Contains("5..", StringComparison.Ordinal) ? Errors.GetValueOrDefault(version, 5) : Samples);
    }
}
