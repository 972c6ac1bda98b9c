using System.Net;
using System.Net.Sockets;
using System.Text;
using ModelOperator.Gateway.Tests.Support;

namespace ModelOperator.Gateway.Tests;

/// <summary>What small requests and their answers look like on the wire, seen by a server that speaks TCP only.</summary>
public sealed class SmallRequestTests
{
    private static readonly Uri Predict = new("/predict", UriKind.Relative);

    [Theory]
    [InlineData(10)]
    [InlineData(3000)]
    public async Task Head_and_body_of_a_request_go_out_in_one_piece(int length)
    {
        await using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", server.Url, 1));
        Assert.Equal("ok", await PostAsync(gateway, new string('x', length)));
        var first = server.Pieces[0];
        Assert.StartsWith("POST /predict HTTP/1.1\r\n", first, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + new string('x', length), first, StringComparison.Ordinal);
        Assert.Contains($"Host: {new Uri(server.Url).Authority}\r\n", first, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 200, "abcde")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end", 200, "to the end")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, "")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", 304, "")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx", 201, "x")]
    [InlineData("no HTTP at all\r\n\r\n", 502, null)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", 502, null)]
    public async Task Every_form_of_answer_is_passed_on(string answer, int status, string? body)
    {
        await using var server = new RawServer(answer);
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", server.Url, 1));
        using var content = new StringContent("{}");
        using var response = await gateway.Client.PostAsync(Predict, content);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("p-1", response.Headers.GetValues("x-model-version").Single());
        if (body is not null)
            Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_no_whole_answer_to_the_client()
    {
        await using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", server.Url, 1));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => PostAsync(gateway, "{}"));
    }

    [Fact]
    public async Task The_answer_to_HEAD_keeps_its_length_and_has_no_body()
    {
        await using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n");
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", server.Url, 1));
        using HttpRequestMessage request = new(HttpMethod.Head, Predict);
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, 12), (response.StatusCode, response.Content.Headers.ContentLength));
    }

    private static async Task<string> PostAsync(TestGateway gateway, string body)
    {
        using var content = new StringContent(body);
        using var response = await gateway.Client.PostAsync(Predict, content);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Answers the first piece of every connection with fixed bytes and closes it.</summary>
    private sealed class RawServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly List<string> _pieces = [];
        private readonly Task _serving;

        public RawServer(string answer)
        {
            _listener.Start();
            _serving = ServeAsync(Encoding.ASCII.GetBytes(answer));
        }

        public string Url => $"http://{_listener.LocalEndpoint}";

        /// <summary>What single reads of the socket returned.</summary>
        public IReadOnlyList<string> Pieces
        {
            get
            {
                lock (_pieces)
                    return [.. _pieces];
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving;
            _listener.Dispose();
            _stop.Dispose();
        }

        private async Task ServeAsync(byte[] answer)
        {
            try
            {
                while (true)
                {
                    using var connection = await _listener.AcceptSocketAsync(_stop.Token);
                    var buffer = new byte[65536];
                    var read = await connection.ReceiveAsync(buffer, _stop.Token);
                    lock (_pieces)
                        _pieces.Add(Encoding.ASCII.GetString(buffer, 0, read));
                    await connection.SendAsync(answer, _stop.Token);
                    connection.Shutdown(SocketShutdown.Both);
                }
            }
            catch (OperationCanceledException)
            {
                // The end of the test.
            }
        }
    }
}
