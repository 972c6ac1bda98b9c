using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ModelOperator.Fakes;

/// <summary>Loopback ports for processes that must be told theirs.</summary>
internal static class FreePort
{
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>
    /// A port that nobody listens on, below those that the system gives to whoever asks for any: between the look and the use it is not given to
    /// another server or connection, and no other test of this process gets it.
    /// </summary>
    internal static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(12_000, 30_000);
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                if (Given.TryAdd(port, true))
                    return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
