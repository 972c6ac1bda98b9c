using System.Globalization;
using System.Net;
using System.Text.Json;
using ModelOperator.Metrics;

namespace ModelOperator.EnergyMetering;

/// <summary>
/// Series of Prometheus over an interval: up to six hours the samples themselves (a range vector), longer ones at steps that give at most some thousand points.
/// Each try within a limit of time, a broken one once more, answers of at most 32 MB.
/// </summary>
/// <param name="http">Client without a base address.</param>
/// <param name="address">Address of Prometheus.</param>
/// <param name="timeout">Longest wait for one answer; ten seconds when null.</param>
public sealed class PrometheusSeriesClient(HttpClient http, string address, TimeSpan? timeout = null)
{
    private const int MaxBytes = 32 << 20;
    private const double MaxPoints = 8_000;
    private static readonly TimeSpan RawLimit = TimeSpan.FromHours(6);
    private readonly TimeSpan limit = timeout ?? TimeSpan.FromSeconds(10);

    /// <summary>All series that a selector matches, from start to end.</summary>
    /// <exception cref="PowerQueryException">Prometheus did not answer, or not with series; the message says what happened.</exception>
    public async Task<IReadOnlyList<PowerSeries>> QueryAsync(string selector, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var span = end - start;
        KeyValuePair<string, string>[] form = span <= RawLimit
            ? [new("query", $"{selector}[{Math.Max(1, (long)Math.Ceiling(span.TotalSeconds))}s]"), new("time", Seconds(end))]
            :
            [
                new("query", selector), new("start", Seconds(start)), new("end", Seconds(end)),
                new("step", Math.Max(15, Math.Ceiling(span.TotalSeconds / MaxPoints)).ToString(CultureInfo.InvariantCulture)),
            ];
        var path = span <= RawLimit ? "query" : "query_range";
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(path, form, cancellationToken);
            }
            catch (PowerQueryException failure) when (failure.IsTransient && attempt == 1)
            {
                // Once more; the second failure is told.
            }
        }
    }

    private async Task<IReadOnlyList<PowerSeries>> OnceAsync(string path, KeyValuePair<string, string>[] form, CancellationToken cancellationToken)
    {
        var answer = await PrometheusExchange.PostAsync(http, address, path, form, MaxBytes, limit, cancellationToken);
        return answer.Body is { } body
            ? Parse(body)
            : throw new PowerQueryException($"Prometheus {answer.Problem}", answer.IsUnreachable || answer.Status >= HttpStatusCode.InternalServerError, answer.Status is null && !answer.IsTooLarge);
    }

    private static List<PowerSeries> Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.GetProperty("status").GetString() != "success")
                throw new PowerQueryException($"Prometheus refused the query: {(root.TryGetProperty("error", out var error) ? error.GetString() : "no message")}", false);
            return [.. root.GetProperty("data").GetProperty("result").EnumerateArray().Select(Series)];
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            throw new PowerQueryException("Prometheus answered something else than its documented JSON", false);
        }
    }

    private static PowerSeries Series(JsonElement element) => new(
        element.GetProperty("metric").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString() ?? "", StringComparer.Ordinal),
        [.. element.GetProperty("values").EnumerateArray().Select(v => (Time(v[0].GetDouble()), Value(v[1].GetString())))]);

    private static DateTimeOffset Time(double seconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000));

    private static double Value(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;

    private static string Seconds(DateTimeOffset at) => (at.ToUnixTimeMilliseconds() / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);
}
