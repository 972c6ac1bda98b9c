namespace ModelOperator.CanaryDeployments;

/// <summary>Rules about webhooks.</summary>
public static partial class CanaryValidation
{
    private static void Webhooks(CanaryDeploymentSpec spec, List<string> problems)
    {
        var hooks = spec.Webhooks ?? [];
        if (hooks.Count > CanaryHooks.Most)
            problems.Add(Text($"spec.webhooks: has {hooks.Count} entries; at most {CanaryHooks.Most} are allowed."));
        HashSet<string> names = [];
        for (var i = 0; i < hooks.Count; i++)
        {
            var (hook, path) = (hooks[i], Text($"spec.webhooks[{i}]"));
            if (string.IsNullOrEmpty(hook.Name) || !names.Add(hook.Name))
                problems.Add($"{path}.name: \"{hook.Name}\" must be set and unique.");
            HookUrl($"{path}.url", hook.Url, problems);
            HookHeaders(path, hook.HeadersFrom, problems);
            Limits(hook, path, problems);
        }
    }

    private static void Notices(CanaryDeploymentSpec spec, List<string> problems)
    {
        var notices = spec.Notices ?? [];
        if (notices.Count > CanaryHooks.Most)
            problems.Add(Text($"spec.notices: has {notices.Count} entries; at most {CanaryHooks.Most} are allowed."));
        HashSet<string> names = [];
        for (var i = 0; i < notices.Count; i++)
        {
            var (notice, path) = (notices[i], Text($"spec.notices[{i}]"));
            if (string.IsNullOrEmpty(notice.Name) || !names.Add(notice.Name))
                problems.Add($"{path}.name: \"{notice.Name}\" must be set and unique.");
            if ((notice.Url is null) == (notice.UrlFrom is null))
                problems.Add($"{path}: needs exactly one of url and urlFrom.");
            else if (notice.Url is { } url)
                HookUrl($"{path}.url", url, problems);
            else if (string.IsNullOrEmpty(notice.UrlFrom!.Name) || string.IsNullOrEmpty(notice.UrlFrom.Key))
                problems.Add($"{path}.urlFrom: must name a Secret and a key.");
            HookHeaders(path, notice.HeadersFrom, problems);
        }
    }

    private static void Carbon(CanaryDeploymentSpec spec, List<string> problems)
    {
        Within("spec.carbon.maxIntensity", spec.Carbon?.MaxIntensity, 0, 5000, problems, "g CO2e/kWh");
        Within("spec.carbon.maxDelaySeconds", spec.Carbon?.MaxDelaySeconds, 1, 604800, problems);
        if (spec.Carbon?.Zone is { } zone && zone.Length is 0 or > 64)
            problems.Add($"spec.carbon.zone: \"{CanaryText.Cut(zone, 64)}\" must have 1 to 64 characters.");
    }

    private static void Limits(CanaryWebhook hook, string path, List<string> problems)
    {
        Within($"{path}.callTimeoutSeconds", hook.CallTimeoutSeconds, 1, 60, problems);
        Within($"{path}.retries", hook.Retries, 0, 5, problems, "times");
        Within($"{path}.intervalSeconds", hook.IntervalSeconds, 5, 86400, problems);
        Within($"{path}.timeoutSeconds", hook.TimeoutSeconds, 1, 2592000, problems);
        if (hook is { Type: CanaryWebhookType.LoadTest, IntervalSeconds: not null })
            problems.Add($"{path}.intervalSeconds: type LoadTest is called once per step.");
        if (hook.Type is not (CanaryWebhookType.Rollback or CanaryWebhookType.LoadTest))
            return;
        if (hook.TimeoutSeconds is not null)
            problems.Add($"{path}.timeoutSeconds: nothing waits for type {hook.Type}; only ConfirmStart, ConfirmStep and ConfirmPromotion take it.");
        if (hook.OnTimeout is not null)
            problems.Add($"{path}.onTimeout: nothing waits for type {hook.Type}; only ConfirmStart, ConfirmStep and ConfirmPromotion take it.");
    }

    private static void HookUrl(string field, string? url, List<string> problems)
    {
        // The address is not shown: parts of it may be a secret.
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0 || uri.UserInfo.Length > 0 || url.Length > 2048)
            problems.Add($"{field}: \"{(uri is null ? "" : uri.Scheme + "://...")}\" is no http or https address without user and password; tokens belong into headersFrom.");
    }

    private static void HookHeaders(string path, IReadOnlyList<HeaderFrom>? headers, List<string> problems)
    {
        if (headers?.Count > CanaryHooks.MostHeaders)
            problems.Add(Text($"{path}.headersFrom: has {headers.Count} entries; at most {CanaryHooks.MostHeaders} are allowed."));
        for (var i = 0; i < (headers?.Count ?? 0); i++)
        {
            var header = headers![i];
            if (header.Name is not { Length: > 0 and <= 128 } name || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                problems.Add(Text($"{path}.headersFrom[{i}].name: \"{CanaryText.Cut(header.Name ?? "", 64)}\" is no header name of at most 128 letters, digits, - and _."));
            else if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || name.Equals("Host", StringComparison.OrdinalIgnoreCase) || name.Equals("X-Modelop-Call", StringComparison.OrdinalIgnoreCase))
                problems.Add(Text($"{path}.headersFrom[{i}].name: \"{name}\" is set by the operator itself."));
            if (string.IsNullOrEmpty(header.SecretKeyRef?.Name) || string.IsNullOrEmpty(header.SecretKeyRef.Key))
                problems.Add(Text($"{path}.headersFrom[{i}].secretKeyRef: must name a Secret and a key."));
        }
    }
}
