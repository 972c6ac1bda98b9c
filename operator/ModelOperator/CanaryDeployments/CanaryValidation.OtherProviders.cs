using System.Text.RegularExpressions;
using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>Rules about metrics of types Web and Job.</summary>
public static partial class CanaryValidation
{
    private const string OwnVariables = "MODELOP_";

    /// <summary>Placeholders that differ between versions or looks.</summary>
    private static readonly string[] Moving = ["{{version}}", "{{window}}", "{{start}}", "{{end}}"];

    private static void OtherProviders(string path, CanaryMetric metric, List<string> problems)
    {
        foreach (var (field, type, given) in new[] { ("web", CanaryMetricType.Web, metric.Web is not null), ("job", CanaryMetricType.Job, metric.Job is not null) })
            if (given != (metric.Type == type))
                problems.Add(given ? $"{path}.{field}: only type {type} takes it, not {metric.Type}." : $"{path}.{field}: type {type} needs it.");
        if (metric is { Type: CanaryMetricType.Web or CanaryMetricType.Job, Prometheus: not null })
            problems.Add($"{path}.prometheus: type {metric.Type} asks no Prometheus; leave it out.");
        if (metric is { Type: CanaryMetricType.Web, Web: { } web })
            Web(path, metric, web, problems);
        if (metric.Type == CanaryMetricType.Job)
            Job(path, metric, problems);
    }

    private static void Web(string path, CanaryMetric metric, WebProvider web, List<string> problems)
    {
        var url = CanaryTemplate.Fill(web.Url, "n", "c", "v-1", new(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(5)));
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            problems.Add($"{path}.web.url: \"{CanaryText.Cut(web.Url, 128)}\" is not allowed; it must be an http or https URL without user and fragment. Credentials belong into headersFrom.");
        else if (!HostIsFixed(web.Url))
            problems.Add($"{path}.web.url: \"{CanaryText.Cut(web.Url, 128)}\" has {{{{version}}}} or {{{{window}}}} before its path; allowed there: {{{{canary}}}}, {{{{namespace}}}}.");
        foreach (var (field, template) in new[] { ("url", web.Url), ("body", web.Body ?? "") })
            problems.AddRange(CanaryTemplate.Problems(template, CanaryTemplate.Web).Select(problem => $"{path}.web.{field}: {problem}"));
        if (web is { Method: WebMethod.GET, Body: not null })
            problems.Add($"{path}.web.body: method GET sends none; allowed with: POST.");
        if (!JsonPath.TryParse(web.JsonPath, out _, out var error))
            problems.Add($"{path}.web.jsonPath: \"{CanaryText.Cut(web.JsonPath, 128)}\": {error}. Allowed: $, .name, ['name'], [0], [-1], [*].");
        Reaching($"{path}.web", web, web.Url, problems);
        var split = HasVersion(web.Url) || (web.Body is { } body && HasVersion(body));
        if (!split && CanaryMetricJudge.NeedsStable(metric))
            problems.Add($"{path}.web: compared with the stable version, but neither url nor body has {{{{version}}}}: both versions would give the same number.");
    }

    /// <summary>The server is the same for both versions and at every look, so that one that hangs is known as such.</summary>
    private static bool HostIsFixed(string url)
    {
        var host = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..].Split('/', '?')[0];
        return !Moving.Any(placeholder => host.Contains(placeholder, StringComparison.Ordinal));
    }

    private static void Job(string path, CanaryMetric metric, List<string> problems)
    {
        foreach (var (field, given) in new[]
        {
            ("threshold", metric.Threshold is not null), ("compare", metric.Compare is not null), ("successCondition", metric.SuccessCondition is not null),
            ("failureCondition", metric.FailureCondition is not null), ("quantile", metric.Quantile is not null),
        })
            if (given)
                problems.Add($"{path}.{field}: type Job has no number to judge; the Job's success or failure is the verdict.");
        if (metric.Job is not { } job)
            return;
        if (string.IsNullOrWhiteSpace(job.Image))
            problems.Add($"{path}.job.image: must name an image.");
        if (job.ActiveDeadlineSeconds is < 5 or > 86400)
            problems.Add(Text($"{path}.job.activeDeadlineSeconds: {job.ActiveDeadlineSeconds} is not between 5 and 86400."));
        if (job.BackoffLimit is < 0 or > 10)
            problems.Add(Text($"{path}.job.backoffLimit: {job.BackoffLimit} is not between 0 and 10."));
        Quantities($"{path}.job.limits", job.Limits, problems);
        Quantities($"{path}.job.requests", job.Requests, problems);
        Variables($"{path}.job.env", job, problems);
    }

    private static void Variables(string path, JobProvider job, List<string> problems)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var (variable, i) in (job.Env ?? []).Select((variable, i) => (variable, i)))
        {
            if (!VariableName().IsMatch(variable.Name))
                problems.Add(Text($"{path}[{i}].name: \"{CanaryText.Cut(variable.Name, 128)}\" is not allowed; letters, digits and underscores, not beginning with a digit."));
            else if (variable.Name.StartsWith(OwnVariables, StringComparison.Ordinal))
                problems.Add(Text($"{path}[{i}].name: \"{variable.Name}\": names that begin with {OwnVariables} are the operator's."));
            else if (!names.Add(variable.Name))
                problems.Add(Text($"{path}[{i}].name: \"{variable.Name}\" is set twice."));
            if (variable.Value is not null == variable.SecretKeyRef is not null)
                problems.Add(Text($"{path}[{i}]: needs value or secretKeyRef, and not both."));
        }
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*\\z")]
    private static partial Regex VariableName();
}
