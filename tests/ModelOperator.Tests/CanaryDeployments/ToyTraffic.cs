using System.Globalization;
using System.Text.RegularExpressions;
using ModelOperator.Analysis;
using ModelOperator.Metrics;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Counters per version as Prometheus would have them, answered by the operator's own PromQL.</summary>
internal sealed partial class ToyTraffic(Func<DateTimeOffset> now) : IMetricSource
{
    private readonly Dictionary<string, List<Point>> series = new(StringComparer.Ordinal);

    internal bool Down { get; set; }

    /// <summary>Latency answered to any quantile, by version.</summary>
    internal Dictionary<string, double> Latency { get; } = new(StringComparer.Ordinal);

    internal int Queries { get; private set; }

    internal void Count(string version, double requests, double errors, double feedback, double squaredError)
    {
        if (!series.TryGetValue(version, out var points))
            series[version] = points = [];
        var last = points.Count == 0 ? new Point(DateTimeOffset.MinValue, 0, 0, 0, 0) : points[^1];
        points.Add(new(now(), last.Requests + requests, last.Errors + errors, last.Feedback + feedback, last.SquaredError + squaredError));
    }

    public Task<Sample> QueryAsync(string address, string query, CancellationToken cancellationToken) => QueryAsync(address, query, null, cancellationToken);

    public Task<Sample> QueryAsync(string address, string query, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        Queries++;
        return Task.FromResult(Down ? Sample.Failure("Prometheus at " + address + " cannot be reached: connection refused") : Answer(query, at ?? now()));
    }

    private Sample Answer(string query, DateTimeOffset at)
    {
        var version = VersionLabel().Match(query).Groups[1].Value;
        var window = TimeSpan.FromSeconds(int.Parse(Window().Match(query).Groups[1].Value, CultureInfo.InvariantCulture));
        if (!series.TryGetValue(version, out var points))
            return Sample.Empty;
        var nothing = new Point(DateTimeOffset.MinValue, 0, 0, 0, 0);
        var to = points.LastOrDefault(p => p.At <= at) ?? nothing;
        var from = points.LastOrDefault(p => p.At <= at - window) ?? nothing;
        if (query.StartsWith("histogram_quantile", StringComparison.Ordinal))
            return to.Requests > from.Requests ? Sample.Of(Latency.GetValueOrDefault(version, 0.1)) : Sample.Of(double.NaN);
        if (query.StartsWith("sqrt", StringComparison.Ordinal))
            return Sample.Of(Math.Sqrt((to.SquaredError - from.SquaredError) / (to.Feedback - from.Feedback)));
        if (query.Contains("feedback", StringComparison.Ordinal))
            return Sample.Of(to.Feedback - from.Feedback);
        return Sample.Of(query.Contains("5..", StringComparison.Ordinal) ? to.Errors - from.Errors : to.Requests - from.Requests);
    }

    [GeneratedRegex("version=\"([^\"]+)\"")]
    private static partial Regex VersionLabel();

    [GeneratedRegex(@"\[(\d+)s\]")]
    private static partial Regex Window();

    private sealed record Point(DateTimeOffset At, double Requests, double Errors, double Feedback, double SquaredError);
}
