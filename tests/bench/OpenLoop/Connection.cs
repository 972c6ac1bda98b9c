using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ModelOperator.OpenLoop;

/// <summary>One kept-alive connection with at most one request under way, read without waiting.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[65536];
    private int _filled;

    internal Connection(int port)
    {
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        _socket.Blocking = false;
    }

    /// <summary>When the request under way was due; 0 when there is none.</summary>
    internal long Due { get; private set; }

    /// <summary>The latest whole answer.</summary>
    internal ReadOnlySpan<byte> Answer => _buffer.AsSpan(0, _filled);

    internal void Send(byte[] request, long due)
    {
        (Due, _filled) = (due, 0);
        if (_socket.Send(request) != request.Length)
            throw new IOException("a request did not fit into the socket");
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>Null while the answer is not whole, then the seconds since it was due, negative for another status than 200.</returns>
    internal double? Poll()
    {
        var read = _socket.Receive(_buffer, _filled, _buffer.Length - _filled, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return null;
        if (error != SocketError.Success || read == 0)
            throw new IOException($"the connection broke: {error}");
        _filled += read;
        if (!IsWhole(_buffer.AsSpan(0, _filled)))
            return null;
        var elapsed = Stopwatch.GetElapsedTime(Due).TotalSeconds;
        Due = 0;
        return _buffer.AsSpan(0, _filled).StartsWith("HTTP/1.1 200 "u8) ? elapsed : -elapsed;
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        return answer.Length >= head + 4 + BodyLength(answer[..head]);
    }

    private static int BodyLength(ReadOnlySpan<byte> head)
    {
        // Servers differ in how they write the name.
        var name = "content-length: "u8;
        foreach (var range in head.Split("\r\n"u8))
        {
            var line = head[range];
            if (line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name) && Utf8Parser.TryParse(line[name.Length..], out int length, out _))
                return length;
        }

        throw new IOException("an answer without Content-Length");
    }
}
