namespace ModelOperator.EnergyMetering;

/// <summary>Asks Prometheus about a Pod: DCGM's and our agent's series of the boards it held, Kepler's of its CPU time, the kubelet's of what it used.</summary>
/// <param name="prometheus">Prometheus.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
public sealed partial class PrometheusPowerMeter(PrometheusSeriesClient prometheus, TimeProvider time, ILogger<PrometheusPowerMeter> log) : IPowerMeter
{
    // Readings just outside the interval make its edges exact.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public async Task<PowerEvidence?> MeasureAsync(PowerQuestion question, CancellationToken cancellationToken)
    {
        var evidence = new PowerEvidence();
        try
        {
            if (question.Gpus > 0)
                evidence = await GpusAsync(question, cancellationToken);
            var pod = $"pod_namespace=\"{Quoted(question.Namespace)}\",pod_name=\"{Quoted(question.Pod)}\"";
            evidence = KeplerSeries.Read(evidence, question, await QueryAsync($"{PowerMetrics.KeplerCpu}{{{pod}}}", question, cancellationToken));
            return evidence with { Usage = ContainerSeries.Read(question, await ContainersAsync(question, cancellationToken)) };
        }
        catch (PowerQueryException failure)
        {
            LogUnmeasured(question.Namespace, question.Pod, failure.Message);
            evidence = evidence with { Away = failure.IsAway };
            return evidence.Gpus is null && question.Gpus > 0 ? evidence with { GpuProblem = failure.Message } : evidence;
        }
    }

    private async Task<PowerEvidence> GpusAsync(PowerQuestion question, CancellationToken cancellationToken)
    {
        var own = await OwnAsync(question, "exported_", cancellationToken);
        if (own.Count == 0)
            own = await OwnAsync(question, "", cancellationToken);
        if (own.Count == 0)
            return new() { GpuProblem = "Prometheus has no series of a GPU for the Pod (DCGM exporter or energy agent)" };
        var boards = string.Join('|', own.Select(s => s.Label(PowerMetrics.UuidLabel)).Where(u => u.Length > 0).Distinct(StringComparer.Ordinal).Select(Quoted));
        var all = await QueryAsync($"{{__name__=~\"{PowerMetrics.GpuNames}\",{PowerMetrics.UuidLabel}=~\"{boards}\"}}", question, cancellationToken);
        return GpuSeries.Read(question, all);
    }

    private Task<IReadOnlyList<PowerSeries>> OwnAsync(PowerQuestion question, string prefix, CancellationToken cancellationToken) => QueryAsync(
        $"{{__name__=~\"{PowerMetrics.GpuNames}\",{prefix}namespace=\"{Quoted(question.Namespace)}\",{prefix}pod=\"{Quoted(question.Pod)}\"}}", question, cancellationToken);

    private Task<IReadOnlyList<PowerSeries>> ContainersAsync(PowerQuestion question, CancellationToken cancellationToken) => QueryAsync(
        $"{{__name__=~\"{ContainerSeries.Names}\",namespace=\"{Quoted(question.Namespace)}\",pod=\"{Quoted(question.Pod)}\"}}", question, cancellationToken);

    private Task<IReadOnlyList<PowerSeries>> QueryAsync(string selector, PowerQuestion question, CancellationToken cancellationToken)
    {
        var until = question.End + Margin;
        var now = time.GetUtcNow();
        return prometheus.QueryAsync(selector, question.Start - Margin, until < now ? until : now, cancellationToken);
    }

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    [LoggerMessage(2720, LogLevel.Warning, "The energy of Pod {Namespace}/{Pod} could not be measured: {Problem}; its run falls back and says so")]
    private partial void LogUnmeasured(string @namespace, string pod, string problem);
}
