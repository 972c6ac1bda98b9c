using System.Security.Cryptography;
using ModelOperator.Metrics;

namespace ModelOperator.CanaryDeployments;

/// <summary>Rules about the providers of metrics.</summary>
public static partial class CanaryValidation
{
    private const int MaxHeaders = 16;
    private const int MaxHeaderValue = 4096;

    /// <summary>Headers that the client writes itself.</summary>
    private static readonly HashSet<string> OwnHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Upgrade", "Expect", "TE", "Trailer", "Keep-Alive", "Proxy-Authorization",
    };

    private static void Providers(CanaryDeploymentSpec spec, List<string> problems)
    {
        if (spec.Analysis?.PrometheusAddress is { } address)
            Address("spec.analysis.prometheusAddress", address, problems);
        if (spec.Analysis?.Prometheus is not { } prometheus)
            return;
        if (prometheus.Address is not null && spec.Analysis.PrometheusAddress is not null)
            problems.Add("spec.analysis.prometheus.address: prometheusAddress is set too; allowed: one of the two.");
        Prometheus("spec.analysis.prometheus", prometheus, problems);
    }

    private static void Provider(string path, CanaryMetric metric, List<string> problems)
    {
        if (metric.Prometheus is { } prometheus)
            Prometheus($"{path}.prometheus", prometheus, problems);
        if (metric.RangeStepSeconds is not { } step)
            return;
        if (metric.Type != CanaryMetricType.Query)
            problems.Add($"{path}.rangeStepSeconds: only type Query takes a range, not {metric.Type}.");
        else if (step is < 1 or > 86400)
            problems.Add(Text($"{path}.rangeStepSeconds: {step} is not between 1 and 86400."));
        else if (metric.Compare is not null && CanaryDefaults.Statistic(metric) is var statistic and (MetricStatistic.SequentialBinomial or MetricStatistic.SequentialQuantile))
            problems.Add($"{path}.rangeStepSeconds: statistic {statistic} needs one answer for the whole window; leave it out.");
        else if (metric.WindowSeconds is { } window && (window < step || window / step > Analysis.Sample.MaxValues))
            problems.Add(Text($"{path}.rangeStepSeconds: {step} gives {window / step} values in windowSeconds {window}; allowed: 1 to {Analysis.Sample.MaxValues}."));
    }

    private static void Prometheus(string path, PrometheusProvider provider, List<string> problems)
    {
        if (provider.Address is { } address)
            Address($"{path}.address", address, problems);
        Reaching(path, provider, provider.Address, problems);
    }

    private static void Address(string field, string address, List<string> problems)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            problems.Add($"{field}: \"{CanaryText.Cut(address, 128)}\" is not allowed; it must be an http or https address without user, query and fragment. Credentials belong into headersFrom.");
    }

    private static void Reaching(string path, HttpProvider provider, string? address, List<string> problems)
    {
        if (provider.TimeoutSeconds is < 1 or > 60)
            problems.Add(Text($"{path}.timeoutSeconds: {provider.TimeoutSeconds} is not between 1 and 60."));
        Headers(path, provider, problems);
        var plain = address?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) == true;
        foreach (var (field, set) in new[] { ("caBundle", provider.CaBundle is not null), ("clientCertificate", provider.ClientCertificate is not null) })
            if (set && plain)
                problems.Add($"{path}.{field}: \"{CanaryText.Cut(address!, 128)}\" is no https address.");
        if (provider.CaBundle is { } bundle && !HoldsCertificates(bundle))
            problems.Add($"{path}.caBundle: holds no certificate that can be read; allowed: PEM (-----BEGIN CERTIFICATE-----).");
        if (provider.ClientCertificate is { Name: "" })
            problems.Add($"{path}.clientCertificate.name: must name a Secret.");
    }

    private static void Headers(string path, HttpProvider provider, List<string> problems)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in provider.Headers ?? new Dictionary<string, string>())
        {
            Header($"{path}.headers[{CanaryText.Cut(name, 128)}]", name, names, problems);
            if (name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
                problems.Add($"{path}.headers[{name}]: a credential; it belongs into a Secret, named in headersFrom.");
            if (value.Length > MaxHeaderValue || value.Any(c => c is < ' ' or > '~'))
                problems.Add(Text($"{path}.headers[{CanaryText.Cut(name, 128)}]: its value must be at most {MaxHeaderValue} printable ASCII characters."));
        }

        foreach (var (header, i) in (provider.HeadersFrom ?? []).Select((header, i) => (header, i)))
        {
            Header(Text($"{path}.headersFrom[{i}].name"), header.Name, names, problems);
            if (string.IsNullOrEmpty(header.SecretKeyRef?.Name) || string.IsNullOrEmpty(header.SecretKeyRef.Key))
                problems.Add(Text($"{path}.headersFrom[{i}].secretKeyRef: must name a Secret and a key."));
        }

        if (names.Count > MaxHeaders)
            problems.Add(Text($"{path}.headers: {names.Count} headers; at most {MaxHeaders} are sent."));
    }

    private static void Header(string field, string name, HashSet<string> names, List<string> problems)
    {
        if (name.Length is 0 or > 128 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            problems.Add($"{field}: \"{CanaryText.Cut(name, 128)}\" is no name of a header; allowed: letters, digits, - and _.");
        else if (OwnHeaders.Contains(name))
            problems.Add($"{field}: \"{name}\" is written by the operator; leave it out.");
        else if (!names.Add(name))
            problems.Add($"{field}: \"{name}\" is set twice.");
    }

    private static bool HoldsCertificates(string pem)
    {
        try
        {
            return ProviderConnections.Certificates(pem).Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
