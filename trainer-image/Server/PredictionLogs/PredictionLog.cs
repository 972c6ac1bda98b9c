using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Http;
using ModelOperator.Server.Metrics;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.PredictionLogs;

/// <summary>
/// Takes sampled predictions and truths off the requests' threads: into a queue that is bounded by number and by bytes, and never waited for. What finds it
/// full is dropped and counted.
/// </summary>
internal sealed class PredictionLog(ServerOptions options, TimeProvider time)
{
    /// <summary>Most entries that wait.</summary>
    internal const int MostEntries = 20_000;

    /// <summary>Most bytes that wait, about.</summary>
    internal const long MostBytes = 16 << 20;

    private readonly (string, string)[] _labels = options.Models is [{ Version: { } version, Name: var model }] ? VersionMetrics.LabelsOf(options, model, version) : [];
    private readonly bool _isOn = options.PredictionLog is not null;
    private readonly PredictionSample _sample = new(options.PredictionLog?.Rate ?? 0);
    private readonly Channel<LogEntry> _queue = Channel.CreateBounded<LogEntry>(new BoundedChannelOptions(MostEntries) { SingleReader = true });
    private readonly ConcurrentDictionary<TruthReceipt, byte> _receipts = new();
    private long _bytes;
    private long _sampled;
    private long _dropped;
    private long _sent;
    private long _refused;
    private long _lost;
    private bool _isAway;

    /// <summary>Takes nothing.</summary>
    internal static PredictionLog None { get; } = new(new ServerOptions { Models = [] }, TimeProvider.System);

    /// <summary>What waits.</summary>
    internal ChannelReader<LogEntry> Entries => _queue.Reader;

    /// <summary>Whether any prediction may be chosen; where none may be, ids that nobody asked for need not be made.</summary>
    internal bool IsOn => _isOn;

    /// <summary>Takes a prediction if its id is chosen.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="value">The prediction; of several classes the position of the most probable one.</param>
    /// <param name="document">Model that made it.</param>
    /// <param name="rows">Rows of the request.</param>
    /// <param name="row">Which of them.</param>
    internal void Take(ReadOnlySpan<byte> id, double value, ModelDocument document, RowBuffer rows, int row)
    {
        if (_sample.Takes(id))
            Add(new LogEntry(Encoding.UTF8.GetString(id), time.GetUtcNow(), document.Target, value, new(document.Features, rows.Values.Slice(row * rows.Columns, rows.Columns).ToArray())));
    }

    /// <summary>Takes a truth that was counted if its prediction was chosen, here or by another replica.</summary>
    /// <param name="id">Id of the prediction.</param>
    /// <param name="truth">The truth; of several classes the position of the true one.</param>
    /// <param name="target">What the model predicts.</param>
    /// <param name="receipt">Of the request, where its answer waits until the truth is kept.</param>
    internal void TakeTruth(string id, double truth, TargetDocument target, TruthReceipt? receipt = null)
    {
        if (!_isOn || !_sample.Takes(Encoding.UTF8.GetBytes(id)))
            return;
        receipt?.Expect();
        Add(new LogEntry(id, time.GetUtcNow(), target, truth, null, receipt));
    }

    /// <summary>Opens the receipt of a request with truths; null where its answer waits for nothing.</summary>
    /// <exception cref="RequestException">Nothing is kept at present, so nothing is counted either.</exception>
    internal TruthReceipt? Open()
    {
        if (options.PredictionLog is not { KeepsTruths: true })
            return null;
        var receipt = new TruthReceipt(closed => _receipts.TryRemove(closed, out _));
        _receipts.TryAdd(receipt, 0);
        if (!IsAway)
            return receipt;
        receipt.Dispose();
        throw TruthReceipt.NotKept();
    }

    /// <summary>Whether the receiver is away. Whoever waits is told at once: a request that waits has a turn, which predictions need.</summary>
    internal bool IsAway
    {
        get => Volatile.Read(ref _isAway);
        set
        {
            Volatile.Write(ref _isAway, value);
            if (!value)
                return;
            foreach (var (receipt, _) in _receipts)
                receipt.Fail();
        }
    }

    /// <summary>An entry left the queue.</summary>
    internal void Left(LogEntry entry) => Interlocked.Add(ref _bytes, -entry.Bytes);

    /// <summary>Nothing more is taken.</summary>
    internal void Close() => _queue.Writer.TryComplete();

    internal void Sent(int count) => Interlocked.Add(ref _sent, count);

    internal void Refused(int count) => Interlocked.Add(ref _refused, count);

    internal void Lost(int count) => Interlocked.Add(ref _lost, count);

    /// <summary>Writes the counters; nothing where no predictions are logged.</summary>
    internal string Expose()
    {
        if (!_isOn)
            return "";
        var text = new Exposition();
        text.Family("modelop_prediction_log_total", "counter", "Sampled predictions and truths: sampled, and of them sent (committed), dropped (the queue was full), refused (by the receiver) or lost (not sent before the end).");
        foreach (var (result, count) in new[] { ("sampled", _sampled), ("sent", _sent), ("dropped", _dropped), ("refused", _refused), ("lost", _lost) })
            text.Sample("modelop_prediction_log_total", count, [.. _labels, ("result", result)]);
        text.Family("modelop_prediction_log_waiting", "gauge", "Sampled predictions and truths that wait to be sent.");
        text.Sample("modelop_prediction_log_waiting", Entries.Count, _labels);
        return text.ToString();
    }

    private void Add(LogEntry entry)
    {
        Interlocked.Increment(ref _sampled);
        if (Interlocked.Add(ref _bytes, entry.Bytes) <= MostBytes && _queue.Writer.TryWrite(entry))
            return;
        Left(entry);
        entry.Receipt?.Fail();
        Interlocked.Increment(ref _dropped);
    }
}
