namespace ModelOperator.CanaryDeployments;

/// <summary>Rules about blue-green and the watch after a promotion.</summary>
public static partial class CanaryValidation
{
    private static void BlueGreen(CanaryDeploymentSpec spec, List<string> problems)
    {
        if (spec.Strategy is not { BlueGreen: { } blueGreen } strategy)
            return;
        if (strategy.Steps is { Count: > 0 } steps)
            problems.Add(Text($"spec.strategy.steps: has {steps.Count} steps beside spec.strategy.blueGreen; only one of the two is allowed."));
        if (strategy.BakeTimeSeconds is { } seconds)
            problems.Add(Text($"spec.strategy.bakeTimeSeconds: {seconds} beside spec.strategy.blueGreen; its watch is blueGreen.postPromotionAnalysis."));
        Side(spec, "spec.strategy.blueGreen.prePromotionAnalysis", blueGreen.PrePromotionAnalysis, problems);
        Side(spec, "spec.strategy.blueGreen.postPromotionAnalysis", blueGreen.PostPromotionAnalysis, problems);
        foreach (var metric in CanaryBlueGreen.Metrics(spec, blueGreen.PrePromotionAnalysis).Where(MeasuresGateway))
            problems.Add($"spec.strategy.blueGreen.prePromotionAnalysis.metrics: \"{metric.Name}\" measures traffic of the gateway, which the new version has none of before the switch; "
                + "name metrics of type Rmse, or of type Query about what the preview gets.");
    }

    private static void Side(CanaryDeploymentSpec spec, string path, BlueGreenAnalysis? analysis, List<string> problems)
    {
        if (analysis is null)
            return;
        var metrics = CanaryDefaults.MetricsOf(spec);
        foreach (var name in (analysis.Metrics ?? []).Where(n => metrics.All(m => m.Name != n)))
            problems.Add($"{path}.metrics: \"{CanaryText.Cut(name, 63)}\" is no metric of spec.analysis.metrics; allowed: {string.Join(", ", metrics.Select(m => m.Name))}.");
        if (!CanaryBlueGreen.Metrics(spec, analysis).Any(m => !m.DryRun))
            problems.Add($"{path}: has no metric that decides; it would wait for nothing.");
    }

    private static bool MeasuresGateway(CanaryMetric metric) => metric.Type is CanaryMetricType.ErrorRate or CanaryMetricType.Latency
        || $"{metric.Query} {metric.SamplesQuery}".Contains("modelop_gateway_", StringComparison.Ordinal);
}
