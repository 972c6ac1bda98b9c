using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ModelOperator.LoadGen;

/// <summary>Counts per version, as the client sees them.</summary>
internal sealed class Tally
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, VersionCounts> _versions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _noAnswer = new(StringComparer.Ordinal);
    private long _unreachable;

    internal void Answered(string version, int code)
    {
        lock (_lock)
        {
            var codes = Of(version).Codes;
            codes[code] = codes.GetValueOrDefault(code) + 1;
        }
    }

    internal bool IsNews(string version, int code)
    {
        lock (_lock)
            return code != 200 && !Of(version).Complaints.ContainsKey(code);
    }

    internal void Complained(string version, int code, string body)
    {
        lock (_lock)
            Of(version).Complaints.TryAdd(code, body.Length <= 300 ? body : body[..300]);
    }

    internal void Told(string version, double prediction, double truth)
    {
        lock (_lock)
        {
            var counts = Of(version);
            counts.Feedback++;
            counts.SquaredError += (prediction - truth) * (prediction - truth);
        }
    }

    /// <summary>No HTTP answer at all, and why.</summary>
    internal void Unreachable(string why)
    {
        lock (_lock)
        {
            _unreachable++;
            if (_noAnswer.Count < 8 || _noAnswer.ContainsKey(why))
                _noAnswer[why] = _noAnswer.GetValueOrDefault(why) + 1;
        }
    }

    internal string ToLine()
    {
        lock (_lock)
        {
            var parts = _versions.Select(version => string.Create(
                CultureInfo.InvariantCulture,
                $"{version.Key}: {version.Value.Requests} answers, {version.Value.ServerErrors} of them 5xx, RMSE {version.Value.Rmse ?? double.NaN:0}"));
            return string.Join(" | ", parts) + (_unreachable > 0 ? $" | no answer: {_unreachable}" : "");
        }
    }

    internal string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            lock (_lock)
            {
                json.WriteStartObject();
                json.WriteNumber("unreachable", _unreachable);
                json.WriteStartObject("noAnswer");
                foreach (var (why, count) in _noAnswer)
                    json.WriteNumber(why, count);
                json.WriteEndObject();
                json.WriteStartObject("versions");
                foreach (var (version, counts) in _versions)
                    Write(json, version, counts);
                json.WriteEndObject();
                json.WriteEndObject();
            }
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string version, VersionCounts counts)
    {
        json.WriteStartObject(version);
        json.WriteStartObject("codes");
        foreach (var (code, count) in counts.Codes)
            json.WriteNumber(code.ToString(CultureInfo.InvariantCulture), count);
        json.WriteEndObject();
        json.WriteStartObject("complaints");
        foreach (var (code, body) in counts.Complaints)
            json.WriteString(code.ToString(CultureInfo.InvariantCulture), body);
        json.WriteEndObject();
        json.WriteNumber("feedback", counts.Feedback);
        if (counts.Rmse is { } rmse)
            json.WriteNumber("rmse", Math.Round(rmse, 3));
        json.WriteEndObject();
    }

    private VersionCounts Of(string version) =>
        _versions.TryGetValue(version, out var counts) ? counts : _versions[version] = new VersionCounts();
}
