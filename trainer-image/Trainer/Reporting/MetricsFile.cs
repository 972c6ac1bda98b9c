using System.Text.Json;
using ModelOperator.Trainer.Learning;
using ModelOperator.Trainer.Output;

namespace ModelOperator.Trainer.Reporting;

/// <summary>Appends metrics as JSON lines. A file that cannot be written is reported once and then left alone: training matters more.</summary>
internal sealed class MetricsFile : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private FileStream? _stream;

    internal MetricsFile(string? path, TimeProvider time, Action<string> warn)
    {
        _time = time;
        _warn = warn;
        if (path is null)
            return;
        Try(() =>
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } directory)
                Directory.CreateDirectory(directory);
            _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        });
    }

    internal void Write(RoundReport report)
    {
        if (_stream is not { } stream)
            return;
        var now = _time.GetUtcNow();
        Try(() =>
        {
            foreach (var (name, value) in report.Metrics.Where(metric => double.IsFinite(metric.Value)))
            {
                stream.Write(JsonSerializer.SerializeToUtf8Bytes(new MetricLine { Metric = name, Value = value, Step = report.Round, Ts = now }, TrainerJsonContext.Default.MetricLine));
                stream.WriteByte((byte)'\n');
            }

            stream.Flush();
        });
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _warn($"metrics file: {failure.Message}");
            _stream?.Dispose();
            _stream = null;
        }
    }

    public void Dispose() => _stream?.Dispose();
}
