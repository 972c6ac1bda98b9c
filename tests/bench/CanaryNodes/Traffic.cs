using System.Globalization;
using System.Text;

namespace ModelOperator.CanaryNodes;

/// <summary>
/// The series of all gateways, from one address: every canary gets 20 requests a second, split by its weights, none of which fails; nine in ten take at
/// most 50 ms. A scrape moves the counters on.
/// </summary>
internal sealed class Traffic(Tables tables, TimeProvider time)
{
    private const double PerSecond = 20;
    private const string Durations = "modelop_gateway_request_duration_seconds";

    // Those of the gateway.
    private static readonly string[] Codes = ["200", "400", "422", "500", "502", "503", "504"];
    private static readonly string[] Ends = ["0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "+Inf"];

    private readonly Dictionary<string, double> _counts = new(StringComparer.Ordinal);
    private readonly Lock _scraping = new();
    private long _scraped = time.GetTimestamp();

    internal string Text()
    {
        lock (_scraping)
        {
            var passed = time.GetElapsedTime(_scraped).TotalSeconds;
            _scraped = time.GetTimestamp();
            var text = new StringBuilder();
            foreach (var table in tables.All)
                foreach (var (arm, version, weight) in table.Arms)
                    Write(text, table.Canary.Split('/'), arm, version, passed * PerSecond * weight / 100);
            return text.ToString();
        }
    }

    private void Write(StringBuilder text, string[] canary, string arm, string version, double more)
    {
        var labels = $"namespace=\"{canary[0]}\",canary=\"{canary[1]}\",version=\"{version}\",arm=\"{arm}\"";
        var count = _counts[labels] = _counts.GetValueOrDefault(labels) + more;
        foreach (var code in Codes)
            text.Append(CultureInfo.InvariantCulture, $"modelop_gateway_requests_total{{{labels},code=\"{code}\"}} {(code == "200" ? (long)count : 0)}\n");
        for (var i = 0; i < Ends.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{Durations}_bucket{{{labels},le=\"{Ends[i]}\"}} {(long)(count * (i < 4 ? 0 : i < 5 ? 0.5 : i < 6 ? 0.9 : 1))}\n");
        text.Append(CultureInfo.InvariantCulture, $"{Durations}_sum{{{labels}}} {count * 0.03:F3}\n{Durations}_count{{{labels}}} {(long)count}\n");
    }
}
