using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Drift;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Metrics;

/// <summary>All that is counted of one version of a model.</summary>
internal sealed class VersionMetrics(ServerOptions options, TimeProvider time, string model, string version)
{
    private readonly ConcurrentDictionary<int, StrongBox<long>> _requests = new() { [StatusCodes.Status200OK] = new StrongBox<long>() };
    private readonly ConcurrentDictionary<string, StrongBox<long>> _rejected = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LatencyHistogram> _durations = new(StringComparer.Ordinal);
    private readonly Lock _feedbackLock = new();
    private readonly ConcurrentDictionary<TargetType, ValueHistogram> _values = new();
    private readonly ValueHistogram[] _scores = [new(ValueHistogram.Scores), new(ValueHistogram.Scores)];
    private readonly DriftExposition _drift = new(options, time);
    private long _rows;
    private long _feedback;
    private double _squaredError;

    /// <summary>Rows predicted.</summary>
    internal long Rows => Interlocked.Read(ref _rows);

    internal void Scored(ReadOnlySpan<float> predictions, TargetDocument target)
    {
        Interlocked.Add(ref _rows, predictions.Length);
        if (predictions.Length == 1)
            Values(target).Observe(predictions[0]);
        else
            Values(target).Observe(predictions);
    }

    /// <summary>One finished scoring request.</summary>
    internal void Request(int status) => Interlocked.Increment(ref _requests.GetOrAdd(status, _ => new StrongBox<long>()).Value);

    internal void Duration(string route, TimeSpan duration) => _durations.GetOrAdd(route, _ => new LatencyHistogram()).Observe(duration);

    internal void FeedbackAccepted(double squaredError)
    {
        lock (_feedbackLock)
        {
            _feedback++;
            _squaredError += squaredError;
        }
    }

    /// <summary>A binary model's predictions whose truth is known to be 0 or 1.</summary>
    internal ValueHistogram Scores(int label) => _scores[label];

    internal void FeedbackRejected(string reason) => Interlocked.Increment(ref _rejected.GetOrAdd(reason, _ => new StrongBox<long>()).Value);

    /// <summary>The model, the version, and the canary where one is known.</summary>
    internal (string Name, string Value)[] Labels { get; } = LabelsOf(options, model, version);

    internal static (string Name, string Value)[] LabelsOf(ServerOptions options, string model, string version) =>
        options.Canary is { } canary ? [("model", model), ("version", version), ("canary", canary)] : [("model", model), ("version", version)];

    /// <param name="text">Where it is written.</param>
    /// <param name="target">What the version predicts; null before it was loaded.</param>
    /// <param name="served">The model while it is served.</param>
    internal void Write(Exposition text, TargetDocument? target, ServedModel? served)
    {
        ExposeScoring(text);
        ExposeFeedback(text);
        ExposeValues(text, target);
        if (served is not null)
            _drift.Write(text, served, Labels);
    }

    private void ExposeScoring(Exposition text)
    {
        text.Family("modelop_predictions_total", "counter", "Scoring requests (predict, batch, infer) by HTTP status.");
        foreach (var (code, count) in _requests.OrderBy(pair => pair.Key))
            text.Sample("modelop_predictions_total", Interlocked.Read(ref count.Value), [.. Labels, ("code", code.ToString(CultureInfo.InvariantCulture))]);
        text.Family("modelop_predicted_rows_total", "counter", "Rows predicted.");
        text.Sample("modelop_predicted_rows_total", Rows, Labels);
        text.Family("modelop_server_request_duration_seconds", "histogram", "Time from a request's headers being read to its reply being written.");
        foreach (var (route, histogram) in _durations.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            ExposeHistogram(text, route, histogram);
    }

    private void ExposeHistogram(Exposition text, string route, LatencyHistogram histogram)
    {
        var (cumulative, sum) = histogram.Read();
        Buckets(text, "modelop_server_request_duration_seconds", [.. Labels, ("route", route)], LatencyHistogram.Bounds, cumulative, sum);
    }

    /// <summary>From the first scrape on, for a rate needs a beginning.</summary>
    private void ExposeValues(Exposition text, TargetDocument? target)
    {
        if (target is null)
            return;
        text.Family("modelop_prediction_value", "histogram", "Predictions by value, to compare versions by.");
        Buckets(text, "modelop_prediction_value", Labels, Values(target));
        if (target.Type != TargetType.Binary)
            return;
        text.Family("modelop_feedback_score", "histogram", "Predictions whose truth arrived, by value and truth.");
        for (var label = 0; label < _scores.Length; label++)
            Buckets(text, "modelop_feedback_score", [.. Labels, ("label", label == 0 ? "0" : "1")], _scores[label]);
    }

    private ValueHistogram Values(TargetDocument target) => _values.GetOrAdd(target.Type, static (_, target) => new(ValueHistogram.BoundsOf(target)), target);

    private static void Buckets(Exposition text, string name, (string, string)[] labels, ValueHistogram histogram)
    {
        var (cumulative, sum) = histogram.Read();
        Buckets(text, name, labels, histogram.Bounds, cumulative, sum);
    }

    private static void Buckets(Exposition text, string name, (string, string)[] labels, double[] bounds, long[] cumulative, double sum)
    {
        for (var i = 0; i < bounds.Length; i++)
            text.Sample(name + "_bucket", cumulative[i], [.. labels, ("le", Exposition.Number(bounds[i]))]);
        text.Sample(name + "_bucket", cumulative[^1], [.. labels, ("le", "+Inf")]);
        text.Sample(name + "_sum", sum, labels).Sample(name + "_count", cumulative[^1], labels);
    }

    private void ExposeFeedback(Exposition text)
    {
        long count;
        double sum;
        lock (_feedbackLock)
            (count, sum) = (_feedback, _squaredError);
        text.Family("modelop_feedback_total", "counter", "Predictions whose truth arrived.").Sample("modelop_feedback_total", count, Labels);
        text.Family("modelop_feedback_squared_error_sum", "counter", "Sum of (prediction - truth)^2 over modelop_feedback_total; of several classes, the wrong ones.");
        text.Sample("modelop_feedback_squared_error_sum", sum, Labels);
        text.Family("modelop_feedback_rejected_total", "counter", "Feedback that was not counted, by reason.");
        foreach (var (reason, rejected) in _rejected.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Sample("modelop_feedback_rejected_total", Interlocked.Read(ref rejected.Value), [.. Labels, ("reason", reason)]);
    }
}
