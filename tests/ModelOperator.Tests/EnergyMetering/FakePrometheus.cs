using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ModelOperator.Tests.EnergyMetering;

/// <summary>
/// A real HTTP server that answers Prometheus' query and query_range from recorded series: selectors with = and =~ on labels, range vectors with the samples
/// themselves, ranges with steps and five minutes of look-back.
/// </summary>
internal sealed partial class FakePrometheus : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly List<(Dictionary<string, string> Labels, List<(double At, double Value)> Samples)> series = [];

    private FakePrometheus(WebApplication app) => this.app = app;

    internal string Url => app.Urls.First();

    internal ConcurrentQueue<string> Queries { get; } = [];

    /// <summary>Status of the next answers; 200 when empty.</summary>
    internal ConcurrentQueue<int> Failures { get; } = [];

    internal static async Task<FakePrometheus> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var fake = new FakePrometheus(app);
        app.MapPost("/api/v1/query", fake.InstantAsync);
        app.MapPost("/api/v1/query_range", fake.RangeAsync);
        await app.StartAsync();
        return fake;
    }

    /// <summary>Records a series.</summary>
    /// <param name="text">As an exporter writes it: name{label="value",...}.</param>
    /// <param name="samples">Times and values.</param>
    internal void Record(string text, IEnumerable<(DateTimeOffset At, double Value)> samples)
    {
        var labels = Label().Matches(text).ToDictionary(m => m.Groups[1].Value, m => m.Groups[3].Value);
        labels["__name__"] = text[..text.IndexOf('{', StringComparison.Ordinal)];
        series.Add((labels, [.. samples.Select(s => (s.At.ToUnixTimeMilliseconds() / 1000.0, s.Value)).OrderBy(s => s.Item1)]));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task InstantAsync(HttpContext context)
    {
        var form = await FormAsync(context);
        if (form is null)
            return;
        var query = form["query"].ToString();
        var bracket = query.LastIndexOf('[');
        var end = double.Parse(form["time"].ToString(), CultureInfo.InvariantCulture);
        var start = end - double.Parse(query[(bracket + 1)..^2], CultureInfo.InvariantCulture);
        await AnswerAsync(context, Matching(query[..bracket]).Select(s => (s.Labels, s.Samples.Where(v => v.At > start && v.At <= end))));
    }

    private async Task RangeAsync(HttpContext context)
    {
        var form = await FormAsync(context);
        if (form is null)
            return;
        double Of(string name) => double.Parse(form[name].ToString(), CultureInfo.InvariantCulture);
        var times = Enumerable.Range(0, (int)((Of("end") - Of("start")) / Of("step")) + 1).Select(i => Of("start") + (i * Of("step"))).ToList();
        await AnswerAsync(context, Matching(form["query"].ToString()).Select(s => (s.Labels, times
            .Select(t => (At: t, Last: s.Samples.LastOrDefault(v => v.At <= t && v.At > t - 300)))
            .Where(p => p.Last.At > 0)
            .Select(p => (p.At, p.Last.Value)))));
    }

    private async Task<IFormCollection?> FormAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        Queries.Enqueue(form["query"].ToString());
        if (!Failures.TryDequeue(out var status))
            return form;
        context.Response.StatusCode = status;
        return null;
    }

    private IEnumerable<(Dictionary<string, string> Labels, List<(double At, double Value)> Samples)> Matching(string selector)
    {
        var name = selector[..selector.IndexOf('{', StringComparison.Ordinal)];
        var conditions = Label().Matches(selector).Select(m => (Key: m.Groups[1].Value, Regex: m.Groups[2].Value == "=~", Value: m.Groups[3].Value)).ToList();
        if (name.Length > 0)
            conditions.Add(("__name__", false, name));
        return series.Where(s => conditions.TrueForAll(c => c.Regex
            ? Regex.IsMatch(s.Labels.GetValueOrDefault(c.Key) ?? "", $"^(?:{c.Value})$")
            : (s.Labels.GetValueOrDefault(c.Key) ?? "") == c.Value));
    }

    private static Task AnswerAsync(HttpContext context, IEnumerable<(Dictionary<string, string> Labels, IEnumerable<(double At, double Value)> Samples)> result)
    {
        var text = new StringBuilder("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[");
        text.AppendJoin(',', result.Select(s => (s.Labels, Samples: s.Samples.ToList())).Where(s => s.Samples.Count > 0).Select(s =>
            $"{{\"metric\":{{{string.Join(',', s.Labels.Select(l => $"\"{l.Key}\":\"{l.Value}\""))}}},\"values\":[{string.Join(',', s.Samples.Select(v => FormattableString.Invariant($"[{v.At},\"{v.Value:R}\"]")))}]}}"));
        return context.Response.WriteAsync(text.Append("]}}").ToString());
    }

    [GeneratedRegex("""(\w+)(=~?)"([^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Label();
}
