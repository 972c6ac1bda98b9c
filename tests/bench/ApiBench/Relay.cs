using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ModelOperator.ApiBench;

/// <summary>Passes bytes between a port of this machine and the API server's, and cuts every connection at once when told to, as a load balancer may.</summary>
internal sealed class Relay(int port, int target)
{
    private readonly ConcurrentDictionary<Socket, bool> open = new();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        while (true)
            _ = PassAsync(await listener.AcceptSocketAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Resets what is open; the peers see no orderly end.</summary>
    public void Cut()
    {
        foreach (var socket in open.Keys)
            Reset(socket);
    }

    private async Task PassAsync(Socket near, CancellationToken cancellationToken)
    {
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (near)
        {
            (open[near], open[far]) = (true, true);
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, target, cancellationToken);
                await Task.WhenAny(CopyAsync(near, far, cancellationToken), CopyAsync(far, near, cancellationToken));
            }
            catch (SocketException)
            {
                // The API server is away: so is the relay's side of it.
            }
            finally
            {
                open.TryRemove(near, out _);
                open.TryRemove(far, out _);
            }
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = new NetworkStream(from);
            await using var sink = new NetworkStream(to);
            await source.CopyToAsync(sink, cancellationToken);
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException or SocketException)
        {
            // Either side ended; the other goes with it.
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
        catch (Exception gone) when (gone is ObjectDisposedException or SocketException)
        {
            // Ended by itself meanwhile.
        }
    }
}
