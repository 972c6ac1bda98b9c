using System.Globalization;
using System.Text.RegularExpressions;
using ModelOperator.Analysis;
using ModelOperator.Metrics;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Counters per version as Prometheus would have them, answered by the operator's own PromQL.</summary>
internal sealed partial class ToyTraffic(Func<DateTimeOffset> now) : IMetricSource
{
    private readonly Dictionary<string, List<Point>> series = new(StringComparer.Ordinal);

    private readonly Dictionary<string, List<(DateTimeOffset At, double Users, double Conversions, double Sum, double Squares)>> tests = new(StringComparer.Ordinal);

    internal bool Down { get; set; }

    /// <summary>Latency answered to any quantile, by version.</summary>
    internal Dictionary<string, double> Latency { get; } = new(StringComparer.Ordinal);

    internal int Queries { get; private set; }

    /// <summary>Population stability index by feature, the same for every version; no series when empty.</summary>
    internal Dictionary<string, double> Drift { get; } = new(StringComparer.Ordinal);

    /// <summary>Rows that the servers counted in any window.</summary>
    internal double DriftRows { get; set; } = 5000;

    /// <summary>Copies of requests that a version got, and how many of them it answered with an error: in series of their own.</summary>
    internal void CountCopies(string version, double copies, double errors) => Count(Copies(version), copies, errors, 0, 0);

    internal void Count(string version, double requests, double errors, double feedback, double squaredError)
    {
        if (!series.TryGetValue(version, out var points))
            series[version] = points = [];
        var last = points.Count == 0 ? new Point(DateTimeOffset.MinValue, 0, 0, 0, 0) : points[^1];
        points.Add(new(now(), last.Requests + requests, last.Errors + errors, last.Feedback + feedback, last.SquaredError + squaredError));
    }

    /// <summary>Users of an A/B test, how many of them bought, and for how much each.</summary>
    internal void CountUsers(string version, double users, double conversions, double value)
    {
        if (!tests.TryGetValue(version, out var points))
            tests[version] = points = [];
        var last = points.Count == 0 ? default : points[^1];
        // Amounts vary: half of the buyers spend a quarter more, half a quarter less.
        points.Add((now(), last.Users + users, last.Conversions + conversions, last.Sum + (conversions * value), last.Squares + (conversions * value * value * 1.0625)));
    }

    public Task<Sample> QueryAsync(MetricQuery query, CancellationToken cancellationToken)
    {
        Queries++;
        return Task.FromResult(Down ? Sample.Failure("Prometheus at " + query.Address + " cannot be reached: connection refused") : Answer(((PrometheusQuery)query).Query, ((PrometheusQuery)query).At ?? now()));
    }

    private Sample Answer(string query, DateTimeOffset at)
    {
        var version = VersionLabel().Match(query).Groups[1].Value;
        var window = TimeSpan.FromSeconds(int.Parse(Window().Match(query).Groups[1].Value, CultureInfo.InvariantCulture));
        if (query.Contains("modelop_feature_", StringComparison.Ordinal))
            return Drift.Count == 0 ? Sample.Empty : query.StartsWith("max(", StringComparison.Ordinal) ? Sample.Of(DriftRows) : Sample.Of(Drift.Values) with { Labels = [.. Drift.Keys] };
        if (query.Contains("_experiment_", StringComparison.Ordinal))
            return Test(query, version, window);
        if (!series.TryGetValue(query.Contains("_mirror_", StringComparison.Ordinal) ? Copies(version) : version, out var points))
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

    private static string Copies(string version) => "copies for " + version;

    private Sample Test(string query, string version, TimeSpan window)
    {
        if (!tests.TryGetValue(version, out var points))
            return Sample.Empty;
        var to = points[^1];
        var from = points.LastOrDefault(p => p.At <= now() - window);
        return Sample.Of(query.Split("_experiment_")[1].Split('{')[0] switch
        {
            "exposures_total" => to.Users - from.Users,
            "conversions_total" => to.Conversions - from.Conversions,
            "value_sum" => to.Sum - from.Sum,
            _ => to.Squares - from.Squares,
        });
    }

    [GeneratedRegex("version=\"([^\"]+)\"")]
    private static partial Regex VersionLabel();

    [GeneratedRegex(@"\[(\d+)s\]")]
    private static partial Regex Window();

    private sealed record Point(DateTimeOffset At, double Requests, double Errors, double Feedback, double SquaredError);
}
