using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace ModelOperator.Tests.Artifacts.Backing;

/// <summary>A port in front of the S3 server: with TLS, or to cut what goes through it.</summary>
internal sealed class S3Relay : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Uri server;
    private readonly X509Certificate2? certificate;

    public S3Relay(Uri server, X509Certificate2? certificate = null)
    {
        (this.server, this.certificate) = (server, certificate);
        listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Requests, by their first line and headers, whose answer does not get through; the request does. Null: all do.</summary>
    public Predicate<string>? Swallowed { get; set; }

    /// <summary>Every connection is cut when so many bytes of answers went through it; 0 for none.</summary>
    public long CutAfter { get; set; }

    /// <summary>How many were.</summary>
    public int Cuts { get; private set; }

    public Uri Url => new($"{(certificate is null ? "http" : "https")}://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public void Dispose()
    {
        end.Cancel();
        listener.Dispose();
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await listener.AcceptTcpClientAsync(end.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        using (var target = new TcpClient())
        {
            try
            {
                await using var tls = certificate is null ? null : new SslStream(client.GetStream());
                if (tls is not null)
                    await tls.AuthenticateAsServerAsync(certificate!);
                Stream near = tls is null ? client.GetStream() : tls;
                await target.ConnectAsync(server.Host, server.Port, end.Token);
                var swallows = new TaskCompletionSource<bool>();
                await Task.WhenAny(UpAsync(near, target.GetStream(), swallows), DownAsync(target.GetStream(), near, swallows));
            }
            catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // As any connection may.
            }
        }
    }

    private async Task UpAsync(Stream from, Stream to, TaskCompletionSource<bool> swallows)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, end.Token)) > 0)
        {
            if (Swallowed?.Invoke(System.Text.Encoding.Latin1.GetString(buffer, 0, read)) == true)
                swallows.TrySetResult(true);
            await to.WriteAsync(buffer.AsMemory(0, read), end.Token);
        }
    }

    private async Task DownAsync(Stream from, Stream to, TaskCompletionSource<bool> swallows)
    {
        var buffer = new byte[64 * 1024];
        long gone = 0;
        int read;
        while ((read = await from.ReadAsync(buffer, end.Token)) > 0)
        {
            gone += read;
            if (CutAfter > 0 && gone > CutAfter)
            {
                Cuts++;
                return;
            }

            // The answer has come: the server has done it. The connection ends without a word.
            if (swallows.Task.IsCompleted)
                return;
            await to.WriteAsync(buffer.AsMemory(0, read), end.Token);
        }
    }
}
