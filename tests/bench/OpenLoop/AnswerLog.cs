using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ModelOperator.OpenLoop;

/// <summary>When each good answer came and which version gave it, for who changes versions meanwhile. Kept in memory until the end.</summary>
internal sealed class AnswerLog
{
    private static readonly byte[] Header = "x-model-version: "u8.ToArray();

    private readonly List<(long Time, byte[] Version)> _answers = [];
    private readonly List<byte[]> _versions = [];
    private readonly DateTimeOffset _began = TimeProvider.System.GetUtcNow();
    private readonly long _beganAt = Stopwatch.GetTimestamp();

    internal void Add(ReadOnlySpan<byte> answer)
    {
        var at = answer.IndexOf(Header);
        var version = at < 0 ? default : answer[(at + Header.Length)..];
        _answers.Add((Stopwatch.GetTimestamp(), Known(version[..Math.Max(0, version.IndexOf((byte)'\r'))])));
    }

    /// <summary>Lines of seconds since 1970 and version, in the order in which answers were seen.</summary>
    internal void Write(string file)
    {
        using var writer = new StreamWriter(file);
        foreach (var (time, version) in _answers)
        {
            var seconds = (_began + Stopwatch.GetElapsedTime(_beganAt, time) - DateTimeOffset.UnixEpoch).TotalSeconds;
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:F6} {Encoding.ASCII.GetString(version)}"));
        }
    }

    private byte[] Known(ReadOnlySpan<byte> version)
    {
        foreach (var known in _versions)
            if (version.SequenceEqual(known))
                return known;
        _versions.Add(version.ToArray());
        return _versions[^1];
    }
}
