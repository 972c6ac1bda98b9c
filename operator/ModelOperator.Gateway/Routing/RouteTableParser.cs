using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Metrics;

namespace ModelOperator.Gateway.Routing;

/// <summary>Reads and checks route tables. A table is taken whole or not at all.</summary>
internal static class RouteTableParser
{
    private const int MaxArms = 64;
    private const int MaxHeaders = 64;

    /// <summary>Reads the JSON text; the problem is one sentence that names the field.</summary>
    public static (RouteTableDocument? Document, string? Problem) Read(string json)
    {
        RouteTableDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(json, GatewayJson.Default.RouteTableDocument);
        }
        catch (JsonException exception)
        {
            return (null, string.Create(CultureInfo.InvariantCulture,
                $"not a route table: JSON is wrong at {exception.Path ?? "$"}, line {exception.LineNumber + 1}, byte {exception.BytePositionInLine}"));
        }

        return document is null ? (null, "not a route table: null") : (document, Check(document));
    }

    /// <summary>Builds the table in force from a checked document. A split whose weights did not change goes on where it was.</summary>
    public static RouteTable Build(RouteTableDocument document, GatewayMetrics metrics, RouteTable? previous)
    {
        var canary = Canary(document.Canary!)!.Value;
        ImmutableArray<Arm> arms = [.. (document.Arms ?? []).Select(arm => new Arm(
            arm.Name!, arm.Version!, string.IsNullOrEmpty(arm.Url) ? null : arm.Url.TrimEnd('/'), arm.Weight, metrics.Series(canary, arm.Version!, arm.Name!), metrics.Series(canary, arm.Version!, arm.Name!, ArmTraffic.Feedback)) { HoldSeconds = arm.HoldSeconds })];
        ImmutableArray<int> weights = [.. arms.Select(arm => arm.Weight)];
        var split = previous?.Split is { } old && old.Weights.SequenceEqual(weights) ? old : WeightedSplit.Create(weights);
        var sticky = document.Sticky is { } key && split is not null ? new StickyCohorts(key.Header, key.Cookie, key.Salt ?? canary.ToString(), weights)
        {
            Layout = CohortLayout.Of(document.Arms!),
        }
        : null;
        var mirror = document.Mirror is { Percentage: > 0 } shadow && arms.First(arm => arm.Name == shadow.Arm) is var copied
            ? new Mirror(copied, WeightedSplit.Create([shadow.Percentage, 100 - shadow.Percentage])!, metrics.Series(canary, copied.Version, copied.Name, ArmTraffic.Copies))
            : null;
        ImmutableArray<HeaderRoute> headers = [.. (document.Headers ?? []).Select(route =>
            new HeaderRoute(arms.First(arm => arm.Name == route.Arm), route.Header!, route.Exact, route.Prefix))];
        return new(document.Revision!, canary, arms, split, sticky, mirror) { Experiment = Experiment.Of(document.Experiment, arms, canary, previous?.Experiment), Headers = headers };
    }

    private static string? Check(RouteTableDocument document)
    {
        if (document.Schema is not (1 or 2 or 3))
            return string.Create(CultureInfo.InvariantCulture, $"schema: must be 1, 2 or 3, is {document.Schema}");
        if (string.IsNullOrWhiteSpace(document.Revision))
            return "revision: must not be empty";
        if (document.Canary is null || Canary(document.Canary) is null)
            return "canary: must be namespace/name";
        var arms = document.Arms ?? [];
        if (arms.Count > MaxArms)
            return "arms: at most 64";
        return CheckArms(arms, document.Schema) ?? CheckSticky(document.Sticky) ?? CheckMirror(document.Mirror, arms) ?? CheckExperiment(document) ?? CheckHeaders(document, arms);
    }

    private static string? CheckArms(List<ArmDocument> arms, int schema)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        HashSet<string> versions = new(StringComparer.Ordinal);
        for (var i = 0; i < arms.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"arms[{i}]");
            var arm = arms[i];
            if (arm is null || string.IsNullOrWhiteSpace(arm.Name) || !names.Add(arm.Name))
                return $"{at}.name: must be set and unique";
            if (string.IsNullOrWhiteSpace(arm.Version) || arm.Version.Contains('~', StringComparison.Ordinal) || !versions.Add(arm.Version))
                return $"{at}.version: must be set, unique and without '~'";
            if (arm.Weight < 0 || arm.Weight > WeightedSplit.MaxCycle / MaxArms)
                return $"{at}.weight: must be 0 to {WeightedSplit.MaxCycle / MaxArms}";
            if (arm.Share is < 0 or > WeightedSplit.MaxCycle / MaxArms)
                return $"{at}.share: must be 0 to {WeightedSplit.MaxCycle / MaxArms}";
            if (!string.IsNullOrEmpty(arm.Url) && !(Uri.TryCreate(arm.Url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
                return $"{at}.url: must be an http or https URL";
            if (arm.HoldSeconds is < 1 or > 3600)
                return $"{at}.holdSeconds: must be 1 to 3600";
            if (arm.HoldSeconds is not null && schema < 3)
                return $"{at}.holdSeconds: needs schema 3";
        }

        return null;
    }

    private static string? CheckSticky(StickyDocument? sticky) =>
        sticky is not null && string.IsNullOrWhiteSpace(sticky.Header) && string.IsNullOrWhiteSpace(sticky.Cookie)
            ? "sticky: needs a header or a cookie"
            : null;

    private static string? CheckMirror(MirrorDocument? mirror, List<ArmDocument> arms)
    {
        if (mirror is null)
            return null;
        if (mirror.Percentage is < 0 or > 100)
            return "mirror.percentage: must be 0 to 100";
        return arms.Exists(arm => arm.Name == mirror.Arm) ? null : "mirror.arm: must name an arm";
    }

    private static string? CheckExperiment(RouteTableDocument document)
    {
        if (document.Experiment is not { } experiment)
            return null;
        var events = experiment.Events ?? [];
        if (document.Sticky is null)
            return "experiment: needs sticky cohorts";
        return events.Count is 0 or > Experiment.MaxEvents || events.Exists(string.IsNullOrWhiteSpace) || events.Distinct(StringComparer.Ordinal).Count() < events.Count
            ? string.Create(CultureInfo.InvariantCulture, $"experiment.events: must be 1 to {Experiment.MaxEvents} different names")
            : null;
    }

    private static string? CheckHeaders(RouteTableDocument document, List<ArmDocument> arms)
    {
        var routes = document.Headers ?? [];
        if (routes.Count > 0 && document.Schema < 2)
            return "headers: need schema 2";
        if (routes.Count > MaxHeaders)
            return "headers: at most 64";
        for (var i = 0; i < routes.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"headers[{i}]");
            var route = routes[i];
            if (string.IsNullOrWhiteSpace(route?.Header))
                return $"{at}.header: must be set";
            if (string.IsNullOrEmpty(route.Exact) == string.IsNullOrEmpty(route.Prefix))
                return $"{at}: needs exactly one of exact and prefix";
            if (!arms.Exists(arm => arm.Name == route.Arm))
                return $"{at}.arm: must name an arm";
        }

        return null;
    }

    private static CanaryName? Canary(string text)
    {
        var at = text.IndexOf('/', StringComparison.Ordinal);
        return at > 0 && at < text.Length - 1 && text.IndexOf('/', at + 1) < 0 ? new CanaryName(text[..at], text[(at + 1)..]) : null;
    }
}
