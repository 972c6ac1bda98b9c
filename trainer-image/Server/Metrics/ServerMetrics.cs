using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Drift;
using ModelOperator.Server.Http;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Metrics;

/// <summary>All that this server counts.</summary>
internal sealed class ServerMetrics(ServerOptions options, RequestGate gate, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, StrongBox<long>> _requests = new() { [StatusCodes.Status200OK] = new StrongBox<long>() };
    private readonly ConcurrentDictionary<string, StrongBox<long>> _rejected = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LatencyHistogram> _durations = new(StringComparer.Ordinal);
    private readonly Lock _feedbackLock = new();
    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly ConcurrentDictionary<TargetType, ValueHistogram> _values = new();
    private readonly ValueHistogram[] _scores = [new(ValueHistogram.Scores), new(ValueHistogram.Scores)];
    private readonly DriftExposition _drift = new(options, time);
    private long _rows;
    private long _feedback;
    private double _squaredError;

    internal TimeSpan Uptime => time.GetUtcNow() - _started;

    /// <summary>Rows predicted.</summary>
    internal long Predictions => Interlocked.Read(ref _rows);

    internal void Scored(ReadOnlySpan<float> predictions, TargetDocument target)
    {
        Interlocked.Add(ref _rows, predictions.Length);
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

    internal string Expose(bool ready, ServedModel? model)
    {
        var text = new Exposition();
        ExposeScoring(text);
        ExposeFeedback(text);
        ExposeValues(text, model?.Document.Target);
        if (model is not null)
            _drift.Write(text, model, Version());
        ExposeProcess(text, ready, model);
        return text.ToString();
    }

    private void ExposeScoring(Exposition text)
    {
        text.Family("modelop_predictions_total", "counter", "Scoring requests (predict, batch, infer) by HTTP status.");
        foreach (var (code, count) in _requests.OrderBy(pair => pair.Key))
            text.Sample("modelop_predictions_total", Interlocked.Read(ref count.Value), [.. Version(), ("code", code.ToString(CultureInfo.InvariantCulture))]);
        text.Family("modelop_predicted_rows_total", "counter", "Rows predicted.");
        text.Sample("modelop_predicted_rows_total", Predictions, Version());
        text.Family("modelop_server_request_duration_seconds", "histogram", "Time from a request's headers being read to its reply being written.");
        foreach (var (route, histogram) in _durations.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            ExposeHistogram(text, route, histogram);
    }

    private void ExposeHistogram(Exposition text, string route, LatencyHistogram histogram)
    {
        var (cumulative, sum) = histogram.Read();
        Buckets(text, "modelop_server_request_duration_seconds", [.. Version(), ("route", route)], LatencyHistogram.Bounds, cumulative, sum);
    }

    /// <summary>From the first scrape on, for a rate needs a beginning.</summary>
    private void ExposeValues(Exposition text, TargetDocument? target)
    {
        if (target is null)
            return;
        text.Family("modelop_prediction_value", "histogram", "Predictions by value, to compare versions by.");
        Buckets(text, "modelop_prediction_value", Version(), Values(target));
        if (target.Type != TargetType.Binary)
            return;
        text.Family("modelop_feedback_score", "histogram", "Predictions whose truth arrived, by value and truth.");
        for (var label = 0; label < _scores.Length; label++)
            Buckets(text, "modelop_feedback_score", [.. Version(), ("label", label == 0 ? "0" : "1")], _scores[label]);
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
        text.Family("modelop_feedback_total", "counter", "Predictions whose truth arrived.").Sample("modelop_feedback_total", count, Version());
        text.Family("modelop_feedback_squared_error_sum", "counter", "Sum of (prediction - truth)^2 over modelop_feedback_total; of several classes, the wrong ones.");
        text.Sample("modelop_feedback_squared_error_sum", sum, Version());
        text.Family("modelop_feedback_rejected_total", "counter", "Feedback that was not counted, by reason.");
        foreach (var (reason, rejected) in _rejected.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Sample("modelop_feedback_rejected_total", Interlocked.Read(ref rejected.Value), [.. Version(), ("reason", reason)]);
    }

    private void ExposeProcess(Exposition text, bool ready, ServedModel? model)
    {
        text.Family("modelop_server_info", "gauge", "The served model, and what predicts: trees, libxgboost for those that cannot be walked faster, or linear.");
        text.Sample("modelop_server_info", 1, [.. Version(), ("digest", model?.Bundle.Digest ?? ""), ("predictor", model?.Predictor ?? "")]);
        text.Family("modelop_server_ready", "gauge", "1 when traffic is welcome.").Sample("modelop_server_ready", ready ? 1 : 0, Version());
        text.Family("modelop_server_requests", "gauge", "Requests with bodies that are under way, and that wait for their turn.");
        text.Sample("modelop_server_requests", gate.InFlight, [.. Version(), ("state", "active")]);
        text.Sample("modelop_server_requests", gate.Waiting, [.. Version(), ("state", "waiting")]);
        text.Family("process_start_time_seconds", "gauge", "Start of the process, Unix time.");
        text.Sample("process_start_time_seconds", _started.ToUnixTimeMilliseconds() / 1000.0);
        text.Family("process_cpu_seconds_total", "counter", "Processor time, user and system.");
        text.Sample("process_cpu_seconds_total", Environment.CpuUsage.TotalTime.TotalSeconds);
        text.Family("process_resident_memory_bytes", "gauge", "Resident set.").Sample("process_resident_memory_bytes", Environment.WorkingSet);
    }

    private (string Name, string Value)[] Version() => options.Labels();
}
