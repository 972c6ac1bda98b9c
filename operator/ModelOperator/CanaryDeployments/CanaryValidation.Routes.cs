using System.Text.RegularExpressions;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>Rules about what a canary gets besides its weight.</summary>
public static partial class CanaryValidation
{
    private static void Routes(CanaryStep step, string path, List<string> problems)
    {
        if (step.SetMirrorRoute is { Percentage: < 0 or > 100 } mirror)
            problems.Add(Text($"{path}.setMirrorRoute.percentage: {mirror.Percentage} is not between 0 and 100."));
        if (step.SetCanaryScale is { } scale)
            Scale(scale, path + ".setCanaryScale", problems);
        var match = step.SetHeaderRoute?.Match ?? [];
        if (match.Count > CanaryRoutes.MostMatches)
            problems.Add(Text($"{path}.setHeaderRoute.match: has {match.Count} entries; at most {CanaryRoutes.MostMatches} are allowed."));
        for (var i = 0; i < match.Count; i++)
            Header(match[i], Text($"{path}.setHeaderRoute.match[{i}]"), problems);
    }

    /// <summary>An analysis before the canary gets requests of its own.</summary>
    private static void Shadow(CanaryDeploymentSpec spec, IReadOnlyList<CanaryStep> steps, int index, List<string> problems)
    {
        var path = Text($"spec.strategy.steps[{index}].analysis");
        if (!CanaryShadow.Is(steps, index))
            problems.Add($"{path}: no earlier setWeight, setHeaderRoute or setMirrorRoute gives the canary requests; there would be nothing to judge.");
        else if (!CanaryDefaults.MetricsOf(spec).Any(metric => !metric.DryRun && CanaryShadow.Sees(metric)))
            problems.Add($"{path}: the canary gets nothing but copies of requests, and no metric that decides sees them; allowed: a metric of type {CanaryShadow.Sighted}.");
    }

    private static void Scale(CanaryScaleStep scale, string path, List<string> problems)
    {
        var members = (scale.Replicas is null ? 0 : 1) + (scale.Percent is null ? 0 : 1) + (scale.MatchTrafficWeight ? 1 : 0);
        if (members != 1)
            problems.Add(Text($"{path}: has {members} members; exactly one of replicas, percent, matchTrafficWeight is allowed."));
        if (scale.Replicas is { } replicas and (< 1 or > 1000))
            problems.Add(Text($"{path}.replicas: {replicas} is not between 1 and 1000."));
        if (scale.Percent is { } percent and (< 1 or > 100))
            problems.Add(Text($"{path}.percent: {percent} is not between 1 and 100."));
    }

    private static void Header(CanaryHeaderMatch match, string path, List<string> problems)
    {
        if (match.HeaderName is not { Length: <= 64 } name || !HeaderNames().IsMatch(name))
            problems.Add($"{path}.headerName: \"{CanaryText.Cut(match.HeaderName ?? "", 64)}\" is no header name of at most 64 letters, digits and dashes.");
        if (match.HeaderValue is not { } value || (value.Exact is null) == (value.Prefix is null))
            problems.Add($"{path}.headerValue: needs exactly one of exact and prefix.");
        else if ((value.Exact ?? value.Prefix) is { } text && (text.Length is 0 or > 128 || !HeaderTexts().IsMatch(text)))
            problems.Add($"{path}.headerValue: \"{CanaryText.Cut(text, 128)}\" is not allowed; 1 to 128 letters, digits, spaces and . _ ~ : / @ = , ; * - are.");
    }

    [GeneratedRegex(CanaryRoutes.HeaderName + RegexEnds.Strictly)]
    private static partial Regex HeaderNames();

    [GeneratedRegex(CanaryRoutes.HeaderText + RegexEnds.Strictly)]
    private static partial Regex HeaderTexts();
}
