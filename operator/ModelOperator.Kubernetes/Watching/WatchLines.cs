using System.Buffers;
using System.IO.Pipelines;

namespace ModelOperator.Kubernetes;

/// <summary>
/// Splits a stream into lines without copying them. A line is valid until the next move. An unfinished line at the end of the
/// stream is dropped: the server was cut off, and the event comes again on resume.
/// </summary>
internal sealed class WatchLines(Stream stream) : IAsyncDisposable
{
    private const long MaxLine = 64L * 1024 * 1024;

    private readonly PipeReader _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
    private ReadOnlySequence<byte> _buffer;
    private SequencePosition _consumed;
    private bool _holding;

    /// <summary>The current line, without its end.</summary>
    internal ReadOnlySequence<byte> Current { get; private set; }

    public ValueTask DisposeAsync() => _reader.CompleteAsync();

    /// <summary>Reads the next line that is not empty; false at the end of the stream.</summary>
    /// <exception cref="WatchDecodeException">A line is longer than 64 MiB.</exception>
    internal async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TakeLine())
                return true;
            Release();
            var result = await _reader.ReadAsync(cancellationToken);
            _buffer = result.Buffer;
            _consumed = _buffer.Start;
            _holding = true;
            if (TakeLine())
                return true;
            if (result.IsCompleted)
                return false;
            if (_buffer.Slice(_consumed).Length > MaxLine)
                throw new WatchDecodeException($"a line of the watch is longer than {MaxLine} bytes");
        }
    }

    private bool TakeLine()
    {
        while (_holding && _buffer.Slice(_consumed) is var rest && rest.PositionOf((byte)'\n') is { } end)
        {
            Current = rest.Slice(0, end);
            _consumed = _buffer.GetPosition(1, end);
            if (!Current.IsEmpty)
                return true;
        }

        return false;
    }

    private void Release()
    {
        if (!_holding)
            return;
        _reader.AdvanceTo(_consumed, _buffer.End);
        _holding = false;
    }
}
