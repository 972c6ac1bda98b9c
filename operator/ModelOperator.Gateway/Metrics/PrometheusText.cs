using System.Globalization;
using System.Text;
using ModelOperator.Gateway.Traffic;

namespace ModelOperator.Gateway.Metrics;

/// <summary>Prometheus text exposition, format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        StringBuilder text = new();
        foreach (var (name, value) in labels)
            text.Append(text.Length == 0 ? "" : ",").Append(name).Append("=\"")
                .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        return text.ToString();
    }

    public static string Write(GatewayMetrics metrics)
    {
        StringBuilder text = new(8192);
        var all = metrics.Snapshot().ToLookup(static arm => arm.Traffic);
        ArmSeries[] series = [.. all[ArmTraffic.Requests]], copies = [.. all[ArmTraffic.Copies]], feedback = [.. all[ArmTraffic.Feedback]];
        WriteRequests(text, "modelop_gateway_requests_total", "Requests answered, by status code sent to the client; 499: the client went away.", series);
        WriteDurations(text, "modelop_gateway_request_duration_seconds", "Time from the request's arrival to the end of its response.", series);
        WriteRequests(text, "modelop_gateway_mirror_requests_total", "Copies of requests, by the status code of their answer, which no client sees; 502: none came, 504: none in time.", copies);
        WriteDurations(text, "modelop_gateway_mirror_request_duration_seconds", "Time from the copied request's arrival to the end of the copy's response.", copies);
        WriteRequests(text, "modelop_gateway_feedback_requests_total", "Requests with truths, and parts of them, by status code; 499: the client went away.", feedback);
        WriteDurations(text, "modelop_gateway_feedback_request_duration_seconds", "Time from the request's arrival to the end of the version's answer.", feedback);
        Head(text, "modelop_gateway_mirror_dropped_total", "counter", "Copies that were not sent: too many in flight, or the body is too large to hold.");
        Line(text, "modelop_gateway_mirror_dropped_total", "", metrics.Dropped);
        Head(text, "modelop_gateway_unrouted_requests_total", "counter", "Requests answered with 503 because no arm could be found.");
        Line(text, "modelop_gateway_unrouted_requests_total", "", metrics.Unrouted);
        WriteWeights(text, metrics);
        Head(text, "modelop_gateway_requests_in_flight", "gauge", "Requests without an answer yet, held ones included.");
        Line(text, "modelop_gateway_requests_in_flight", "", metrics.Load.InFlight);
        Head(text, "modelop_gateway_requests_held", "gauge", "Requests that wait for a server of a version that is scaled to zero.");
        Line(text, "modelop_gateway_requests_held", "", metrics.Held);
        Head(text, "modelop_gateway_held_requests_total", "counter", "Requests that have waited for a server, by how that ended.");
        foreach (var outcome in Enum.GetValues<HoldOutcome>())
            Line(text, "modelop_gateway_held_requests_total", Labels(("result", Lower(outcome.ToString()))), metrics.Holds(outcome));
        Head(text, "modelop_gateway_route_updates_total", "counter", "New texts of the route table, by what became of them.");
        foreach (var result in Enum.GetValues<RouteUpdateResult>())
            Line(text, "modelop_gateway_route_updates_total", Labels(("result", Lower(result.ToString()))), metrics.RouteUpdates(result));
        if (metrics.Experiment is { } experiment)
            ExperimentText.Write(text, experiment);
        return text.ToString();
    }

    private static void WriteRequests(StringBuilder text, string name, string help, ArmSeries[] series)
    {
        Head(text, name, "counter", help);
        foreach (var arm in series)
            foreach (var (code, count) in arm.Codes())
                Line(text, name, string.Create(CultureInfo.InvariantCulture, $"{arm.Labels},code=\"{code}\""), count);
    }

    private static void WriteDurations(StringBuilder text, string name, string help, ArmSeries[] series)
    {
        Head(text, name, "histogram", help);
        foreach (var arm in series)
        {
            var (cumulative, sum) = arm.Histogram();
            for (var i = 0; i < cumulative.Length; i++)
            {
                var end = i < ArmSeries.Buckets.Length ? ArmSeries.Buckets[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                Line(text, name + "_bucket", $"{arm.Labels},le=\"{end}\"", cumulative[i]);
            }

            text.Append(name).Append("_sum{").Append(arm.Labels).Append("} ").Append(sum.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
            Line(text, name + "_count", arm.Labels, cumulative[^1]);
        }
    }

    private static void WriteWeights(StringBuilder text, GatewayMetrics metrics)
    {
        Head(text, "modelop_gateway_weight", "gauge", "Weight of each arm in the table in force.");
        if (metrics.Table is not { } table)
            return;
        foreach (var arm in table.Arms)
            Line(text, "modelop_gateway_weight", arm.Series.Labels, arm.Weight);
    }

    internal static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n').Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    internal static void Line(StringBuilder text, string name, string labels, long value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value).Append('\n');
    }

    private static string Lower(string text) => text.ToLowerInvariant();
}
