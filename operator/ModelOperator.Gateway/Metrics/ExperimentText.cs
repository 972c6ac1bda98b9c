using System.Globalization;
using System.Text;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Metrics;

/// <summary>Series of an A/B test; each exists from the beginning, at zero.</summary>
internal static class ExperimentText
{
    private const string Prefix = "modelop_gateway_experiment_";

    public static void Write(StringBuilder text, Experiment experiment)
    {
        PrometheusText.Head(text, Prefix + "exposures_total", "counter", "Users seen for the first time in this experiment by this gateway.");
        foreach (var arm in experiment.Arms)
            PrometheusText.Line(text, Prefix + "exposures_total", arm.Labels, arm.Exposures);
        Events(text, experiment, "events_total", "Business events, repeated ones too.", counts => counts.Events);
        Events(text, experiment, "conversions_total", "Users with at least one such event.", counts => counts.Conversions);
        Events(text, experiment, "value_sum", "Sum of the values of the users' first events.", counts => counts.Sum);
        Events(text, experiment, "value_squares", "Sum of the squares of the values of the users' first events.", counts => counts.Squares);
        PrometheusText.Head(text, Prefix + "untracked_total", "counter", "Requests and events that belong to no counted user: without a cohort key, or beyond the users that are remembered.");
        PrometheusText.Line(text, Prefix + "untracked_total", "reason=\"no_key\"", experiment.WithoutKey);
        PrometheusText.Line(text, Prefix + "untracked_total", "reason=\"memory_full\"", experiment.Untracked);
    }

    private static void Events(StringBuilder text, Experiment experiment, string name, string help, Func<EventCounts, double> value)
    {
        PrometheusText.Head(text, Prefix + name, "counter", help);
        foreach (var arm in experiment.Arms)
            for (var i = 0; i < experiment.Events.Length; i++)
                text.Append(Prefix).Append(name).Append('{').Append(arm.Labels).Append(',').Append(PrometheusText.Labels(("event", experiment.Events[i]))).Append("} ")
                    .Append(value(arm.Of(i)).ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
